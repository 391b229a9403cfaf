import { createReadStream, createWriteStream } from "node:fs";
import { lstat, rename, unlink, utimes } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { Logger } from "../../runtime/log.js";
import { ifThere } from "../../runtime/system-errors.js";
import { compressed, unfinished } from "./spool-names.js";
import { type DayFolder, filesOf, type SpoolUsage } from "./spool-usage.js";

/** What little a file that cannot be compressed may grow. */
const growthBytes = 4_096;

/** Compresses all files of days before `today`. An original goes when its copy is whole. Throws what the file system says. */
export async function compressClosedDays(usage: SpoolUsage, today: string, log: Logger): Promise<void> {
  for (const folder of usage.folders.filter(({ day }) => day < today)) {
    for (const { path } of await filesOf(folder)) {
      if (path.endsWith(compressed) || path.endsWith(unfinished)) continue;
      // It may have been the oldest when room was made for another one.
      await ifThere(compress(usage, folder, path, log));
    }
  }
}

async function compress(usage: SpoolUsage, folder: DayFolder, path: string, log: Logger): Promise<void> {
  const { size, atime, mtime } = await lstat(path);
  // Both are there for a moment, and the limit holds then, too.
  if (!(await usage.makeRoom(size + growthBytes, path))) return;
  const target = path + compressed;
  const part = target + unfinished;
  try {
    await pipeline(createReadStream(path), createGzip(), createWriteStream(part, { mode: 0o600, flush: true }));
    // What is oldest is told by its time.
    await utimes(part, atime, mtime);
    await rename(part, target);
  } catch (error) {
    await ifThere(unlink(part));
    throw error;
  }
  const { size: after } = await lstat(target);
  usage.note(folder, after);
  await unlink(path);
  usage.note(folder, -size);
  log.debug({ path: target, before: size, bytes: after }, "spooled file compressed");
}
