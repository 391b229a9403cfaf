import { mkdir, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { compressed, dayFileName } from "./spool-names.js";
import type { DayFolder, SpoolUsage } from "./spool-usage.js";

/** A kind of file that is appended to for a day. */
export interface DayFileKind {
  /** Begins the names. */
  readonly stem: string;
  readonly extension: string;
  /** Stands behind each thing that is appended, and nowhere else. */
  readonly ending: string;
}

interface OpenFile {
  readonly folder: DayFolder;
  readonly kind: DayFileKind;
  readonly part: number;
  readonly bytes: number;
}

/** Of the spool's limit, so that what is oldest can go while the newest part is being written. */
const partShare = 16;
const partLimitBytes = 32 * 1024 * 1024;
/** No single thing that is appended is longer. */
const tailBytes = 8 * 1024 * 1024;

/** The files that grow for a day. A part that is full is followed by the next; what a crash left half written is cut off. */
export class DayFiles {
  readonly #usage: SpoolUsage;
  readonly #open = new Map<string, OpenFile>();

  constructor(usage: SpoolUsage) {
    this.#usage = usage;
  }

  /** The path that has it; undefined: so much never fits. Throws what the file system says; then nothing counts as appended. */
  async append(folder: DayFolder, kind: DayFileKind, data: Uint8Array): Promise<string | undefined> {
    const key = `${folder.relay}/${kind.stem}`;
    const file = await this.#fileFor(key, folder, kind, data.length);
    const path = pathOf(file);
    if (!(await this.#usage.makeRoom(data.length, path))) return undefined;
    // Until it is known to be whole, the next one looks at its end.
    this.#open.delete(key);
    await mkdir(folder.path, { recursive: true, mode: 0o700 });
    await append(path, data);
    this.#usage.note(folder, data.length);
    this.#open.set(key, { ...file, bytes: file.bytes + data.length });
    return path;
  }

  async #fileFor(key: string, folder: DayFolder, kind: DayFileKind, bytes: number): Promise<OpenFile> {
    const known = this.#open.get(key);
    const file = known?.folder.path === folder.path ? known : await this.#lastPart(folder, kind);
    const limit = Math.min(partLimitBytes, this.#usage.maxBytes / partShare);
    return file.bytes > 0 && file.bytes + bytes > limit ? { ...file, part: file.part + 1, bytes: 0 } : file;
  }

  async #lastPart(folder: DayFolder, kind: DayFileKind): Promise<OpenFile> {
    await mkdir(folder.path, { recursive: true, mode: 0o700 });
    const names = new Set(await readdir(folder.path));
    const name = (part: number): string => dayFileName(kind.stem, folder.day, part, kind.extension);
    let part = 1;
    while (names.has(name(part + 1)) || names.has(name(part + 1) + compressed)) part += 1;
    const file = { folder, kind, part, bytes: 0 };
    if (names.has(name(part) + compressed)) return { ...file, part: part + 1 };
    if (!names.has(name(part))) return file;
    const { before, after } = await cutTail(pathOf(file), kind.ending);
    this.#usage.note(folder, after - before);
    return { ...file, bytes: after };
  }
}

function pathOf({ folder, kind, part }: OpenFile): string {
  return join(folder.path, dayFileName(kind.stem, folder.day, part, kind.extension));
}

async function append(path: string, data: Uint8Array): Promise<void> {
  const file = await open(path, "a", 0o600);
  try {
    await file.appendFile(data);
  } finally {
    await file.close();
  }
}

/** Cuts what stands behind the last `ending`. */
async function cutTail(path: string, ending: string): Promise<{ readonly before: number; readonly after: number }> {
  const file = await open(path, "r+");
  try {
    const { size } = await file.stat();
    const length = Math.min(size, tailBytes);
    const tail = Buffer.alloc(length);
    await file.read(tail, 0, length, size - length);
    const end = tail.lastIndexOf(ending);
    const after = end < 0 ? size - length : size - length + end + Buffer.byteLength(ending);
    if (after < size) await file.truncate(after);
    return { before: size, after };
  } finally {
    await file.close();
  }
}
