import { type FileHandle, open, rm } from "node:fs/promises";
import { basename } from "node:path";
import { growingSuffix } from "../model/capture.js";
import { CloudtapError, describeError } from "../runtime/errors.js";
import { wholeBlocks } from "./whole-blocks.js";

/**
 * Copies a capture to a new file, for this account alone; of one that is being written all blocks that are there. Nothing is left behind
 * where it fails. Throws CloudtapError CAPTURE_FAILED and RECORDING_BROKEN.
 */
export async function copyCapture(source: string, target: string): Promise<void> {
  const from = await opened(source, "r", "expected a readable capture");
  try {
    const to = await opened(target, "wx", "expected a new file to write to");
    try {
      const chunks = from.createReadStream({ autoClose: false });
      for await (const bytes of isGrowing(source) ? wholeBlocks(chunks, basename(source)) : chunks)
        await to.writeFile(bytes);
    } catch (error) {
      await rm(target, { force: true });
      throw error instanceof CloudtapError ? error : failed(`${target}: ${describeError(error)}`, error);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

/**
 * Has an anonymized copy made at `target`, which must be new. `anonymize` reads its argument twice: a file that is being written is read from a
 * copy, which has an end.
 */
export async function copyAnonymized<T>(
  source: string,
  target: string,
  anonymize: (from: string) => Promise<T>,
): Promise<T> {
  await (await opened(target, "wx", "expected a new file to write to")).close();
  await rm(target);
  if (!isGrowing(source)) return anonymize(source);
  const copy = `${target}.raw`;
  await copyCapture(source, copy);
  try {
    return await anonymize(copy);
  } finally {
    await rm(copy, { force: true });
  }
}

function isGrowing(source: string): boolean {
  return source.endsWith(growingSuffix);
}

async function opened(path: string, flags: "r" | "wx", expected: string): Promise<FileHandle> {
  try {
    return await open(path, flags, 0o600);
  } catch (error) {
    throw failed(`${expected}, found: ${describeError(error)}`, error);
  }
}

function failed(message: string, cause: unknown): CloudtapError {
  return new CloudtapError("CAPTURE_FAILED", message, {}, cause);
}
