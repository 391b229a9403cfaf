import type { Dirent } from "node:fs";
import { lstat, readdir, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "../../runtime/log.js";
import { ifThere, isMissing, systemCodeOf } from "../../runtime/system-errors.js";
import { endOfDay, isDayFolder, isRelayFolder, isSpoolFile, unfinished } from "./spool-names.js";

/** The files of one relay's day. */
export interface DayFolder {
  readonly relay: string;
  readonly day: string;
  readonly path: string;
}

interface StoredFile {
  readonly path: string;
  readonly folder: string;
  readonly changedMs: number;
}

/** How much the spool holds. Makes room by removing what is oldest, and touches nothing that no spool made. */
export class SpoolUsage {
  readonly #directory: string;
  readonly #maxBytes: number;
  readonly #log: Logger;
  readonly #bytes = new Map<string, number>();
  readonly #folders = new Map<string, DayFolder>();
  #total = 0;
  /** Of the oldest day, the oldest last. */
  #oldest: StoredFile[] = [];

  constructor(directory: string, maxBytes: number, log: Logger) {
    this.#directory = directory;
    this.#maxBytes = maxBytes;
    this.#log = log;
  }

  get maxBytes(): number {
    return this.#maxBytes;
  }

  get totalBytes(): number {
    return this.#total;
  }

  get folders(): readonly DayFolder[] {
    return [...this.#folders.values()];
  }

  folderOf(relay: string, day: string): DayFolder {
    return { relay, day, path: join(this.#directory, relay, day) };
  }

  /** A file of this folder has grown, or, with a negative number, become smaller or gone. */
  note(folder: DayFolder, bytes: number): void {
    this.#folders.set(folder.path, folder);
    this.#bytes.set(folder.path, (this.#bytes.get(folder.path) ?? 0) + bytes);
    this.#total += bytes;
  }

  /** Counts anew what is there, and removes what was left half written. */
  async scan(): Promise<void> {
    this.#bytes.clear();
    this.#folders.clear();
    this.#oldest = [];
    this.#total = 0;
    for (const relay of await subfolders(this.#directory, isRelayFolder)) {
      for (const day of await subfolders(join(this.#directory, relay), isDayFolder)) {
        await this.#scanDay(this.folderOf(relay, day));
      }
    }
  }

  /** False: so much does not fit, even with all that may go gone. `keep` stays. */
  async makeRoom(bytes: number, keep?: string): Promise<boolean> {
    if (bytes > this.#maxBytes) return false;
    while (this.#total + bytes > this.#maxBytes) {
      const file = await this.#nextOldest(keep);
      if (file === undefined) return this.#fitsAfterCounting(bytes);
      await this.#remove(file, "size");
    }
    return true;
  }

  /** Removes the days that were over by then. */
  async removeEndedBy(at: number): Promise<void> {
    for (const folder of this.folders.filter(({ day }) => endOfDay(day) <= at)) {
      for (const file of await filesOf(folder)) await this.#remove(file, "age");
      await this.#forgetIfEmpty(folder);
    }
  }

  /** Somebody else may have removed files. */
  async #fitsAfterCounting(bytes: number): Promise<boolean> {
    await this.scan();
    return this.#total + bytes <= this.#maxBytes;
  }

  async #scanDay(folder: DayFolder): Promise<void> {
    this.note(folder, 0);
    for (const { path } of await filesOf(folder)) {
      if (path.endsWith(unfinished)) await unlink(path);
      else this.note(folder, await sizeOf(path));
    }
  }

  async #nextOldest(keep: string | undefined): Promise<StoredFile | undefined> {
    if (this.#oldest.length === 0) this.#oldest = await this.#listOldest(keep);
    const file = this.#oldest.pop();
    return file?.path === keep ? this.#oldest.pop() : file;
  }

  /** Of the first day that has any besides `keep`. */
  async #listOldest(keep: string | undefined): Promise<StoredFile[]> {
    const days = [...new Set(this.folders.map(({ day }) => day))].sort();
    for (const day of days) {
      const folders = this.folders.filter((folder) => folder.day === day);
      const files = (await Promise.all(folders.map(filesOf))).flat().filter(({ path }) => path !== keep);
      if (files.length > 0) return files.sort((one, other) => other.changedMs - one.changedMs);
      for (const folder of folders) await this.#forgetIfEmpty(folder);
    }
    return [];
  }

  async #remove({ path, folder }: StoredFile, reason: "size" | "age"): Promise<void> {
    const bytes = await sizeOf(path);
    await ifThere(unlink(path));
    const known = this.#folders.get(folder);
    if (known !== undefined) this.note(known, -bytes);
    this.#log.debug({ path, bytes, reason }, "spooled file removed");
  }

  async #forgetIfEmpty(folder: DayFolder): Promise<void> {
    try {
      await rmdir(folder.path);
    } catch (error) {
      // Others may keep files of their own there.
      if (!isMissing(error) && systemCodeOf(error) !== "ENOTEMPTY" && systemCodeOf(error) !== "EEXIST") throw error;
      if (!isMissing(error) && (await filesOf(folder)).length > 0) return;
    }
    this.#total -= this.#bytes.get(folder.path) ?? 0;
    this.#bytes.delete(folder.path);
    this.#folders.delete(folder.path);
  }
}

/** Those that a spool made, finished or not; none where the folder is gone. */
export async function filesOf(folder: DayFolder): Promise<readonly StoredFile[]> {
  const entries = (await entriesOf(folder.path)).filter((entry) => entry.isFile() && isSpoolFile(entry.name));
  const files: StoredFile[] = [];
  for (const { name } of entries) {
    const path = join(folder.path, name);
    const found = await ifThere(lstat(path));
    if (found !== undefined) files.push({ path, folder: folder.path, changedMs: found.mtimeMs });
  }
  return files;
}

/** 0 where it is gone. */
export async function sizeOf(path: string): Promise<number> {
  return (await ifThere(lstat(path)))?.size ?? 0;
}

async function subfolders(path: string, isOwn: (name: string) => boolean): Promise<readonly string[]> {
  return (await entriesOf(path)).filter((entry) => entry.isDirectory() && isOwn(entry.name)).map(({ name }) => name);
}

async function entriesOf(path: string): Promise<readonly Dirent[]> {
  return (await ifThere(readdir(path, { withFileTypes: true }))) ?? [];
}
