import { mkdir, rename, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ArchivedBody } from "../../model/protocol.js";
import { ifThere } from "../../runtime/system-errors.js";
import { unfinished } from "./spool-names.js";
import { type DayFolder, type SpoolUsage, sizeOf } from "./spool-usage.js";

/** A file for each body, which appears under its name when it is whole. */
export class BodyFiles {
  readonly #usage: SpoolUsage;

  constructor(usage: SpoolUsage) {
    this.#usage = usage;
  }

  /** False: so much never fits. Throws what the file system says; it may be called again then. */
  async write(folder: DayFolder, name: string, bodies: readonly ArchivedBody[]): Promise<boolean> {
    const total = bodies.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (!(await this.#usage.makeRoom(total))) return false;
    await mkdir(folder.path, { recursive: true, mode: 0o700 });
    for (const { extension, bytes } of bodies) {
      const path = join(folder.path, `${name}.${extension}`);
      const before = await sizeOf(path);
      await writeWhole(path, bytes);
      this.#usage.note(folder, bytes.length - before);
    }
    return true;
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const part = path + unfinished;
  try {
    await writeFile(part, bytes, { mode: 0o600 });
    await rename(part, path);
  } catch (error) {
    await ifThere(unlink(part));
    throw error;
  }
}
