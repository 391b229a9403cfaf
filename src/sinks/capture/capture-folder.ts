import { mkdir, open, readdir, rename, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { CaptureFile } from "../../model/capture.js";
import type { EpochMs } from "../../model/time.js";
import type { Clock } from "../../runtime/clock.js";
import { endOfLastBlock } from "./block-end.js";
import { finishedName, isCaptureFile, keysSuffix, openSuffix } from "./file-names.js";

export interface CaptureFolderOptions {
  readonly directory: string;
  /** Of all capture files, open ones with the most that they may become. */
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

/** The folder of the captures, within its limits of size and age. Its methods reject with errors of the file system. */
export class CaptureFolder {
  readonly directory: string;
  readonly #options: CaptureFolderOptions;
  readonly #clock: Clock;
  readonly #reserved = new Map<string, number>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: CaptureFolderOptions, clock: Clock) {
    this.directory = options.directory;
    this.#options = options;
    this.#clock = clock;
  }

  /** Makes it, mends what an earlier run left unfinished, and removes what is too old or too much. */
  prepare(): Promise<void> {
    return this.#inTurn(async () => {
      await mkdir(this.directory, { recursive: true, mode: 0o700 });
      for (const name of await this.#names())
        if (name.endsWith(openSuffix) && !this.#isOpen(name)) await this.#mend(name);
      await this.#prune();
    });
  }

  /** Makes room for a file that may become so large. */
  reserve(name: string, bytes: number): Promise<void> {
    return this.#inTurn(async () => {
      this.#reserved.set(name, bytes);
      await this.#prune();
    });
  }

  hasReserved(name: string): boolean {
    return this.#reserved.has(name);
  }

  /** The file is finished, or given up. */
  release(name: string): void {
    this.#reserved.delete(name);
  }

  prune(): Promise<void> {
    return this.#inTurn(() => this.#prune());
  }

  /** Rejects where nothing of that size can be written at present. */
  async probe(bytes: number): Promise<void> {
    await this.prepare();
    const { bavail, bsize } = await statfs(this.directory);
    if (bavail * bsize < bytes) throw new Error(`expected ${bytes} bytes of free space, found ${bavail * bsize}`);
    const path = join(this.directory, ".cloudtap-probe");
    const file = await open(path, "w", 0o600);
    try {
      await file.write(Buffer.alloc(4096, 1));
    } finally {
      await file.close();
      await rm(path, { force: true });
    }
  }

  /** Oldest first. Files that vanish meanwhile are left out; secrets beside a capture are no files of their own. */
  async list(): Promise<readonly CaptureFile[]> {
    const files: CaptureFile[] = [];
    for (const name of await this.#names()) {
      if (name.endsWith(keysSuffix)) continue;
      const found = await statIfThere(join(this.directory, name));
      if (found === undefined) continue;
      const { size, mtimeMs } = found;
      files.push({ name, bytes: size, changedAt: Math.floor(mtimeMs) as EpochMs, isOpen: name.endsWith(openSuffix) });
    }
    return files;
  }

  #isOpen(name: string): boolean {
    return this.#reserved.has(finishedName(name));
  }

  async #names(): Promise<readonly string[]> {
    const names = await readdir(this.directory).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    return names.filter(isCaptureFile).toSorted();
  }

  /** What a crash cut off in the middle of a packet ends before it. */
  async #mend(name: string): Promise<void> {
    const path = join(this.directory, name);
    const file = await open(path, "r+");
    let end: number;
    try {
      const { size } = await file.stat();
      end = await endOfLastBlock(size, async (offset, length) => {
        const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      });
      await file.truncate(end);
    } finally {
      await file.close();
    }
    if (end === 0) await rm(path);
    else await rename(path, join(this.directory, finishedName(name)));
  }

  async #prune(): Promise<void> {
    const files = (await this.list()).filter(({ name }) => !this.#isOpen(name));
    const oldestMs = this.#clock.now() - this.#options.maxAgeMs;
    const room = this.#options.maxBytes - [...this.#reserved.values()].reduce((sum, bytes) => sum + bytes, 0);
    const sizes = await Promise.all(files.map(async ({ name, bytes }) => bytes + (await this.#keysBytes(name))));
    let used = sizes.reduce((sum, bytes) => sum + bytes, 0);
    for (const [at, { name, changedAt }] of files.entries()) {
      if (used <= room && changedAt >= oldestMs) continue;
      used -= sizes[at] ?? 0;
      await rm(join(this.directory, name), { force: true });
      await rm(join(this.directory, name + keysSuffix), { force: true });
    }
  }

  async #keysBytes(name: string): Promise<number> {
    return (await statIfThere(join(this.directory, finishedName(name) + keysSuffix)))?.size ?? 0;
  }

  /** One after the other, so that two never make room for themselves at once. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

async function statIfThere(path: string): Promise<{ readonly size: number; readonly mtimeMs: number } | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
