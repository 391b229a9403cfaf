import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { CloudtapError, describeError } from "../runtime/errors.js";

const magic = [0x1f, 0x8b] as const;

/**
 * The bytes as they come, or, where they begin like gzip, what they unpack to. Throws CloudtapError RECORDING_BROKEN where the packed
 * bytes are cut or broken, after everything that could be unpacked.
 */
export async function* unzipped(
  source: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = source[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < magic.length) {
    const next = await chunks.next();
    if (next.done === true) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  const whole = joined(head, chunks);
  const isPacked = head[0] === magic[0] && head[1] === magic[1];
  yield* isPacked ? unpacked(whole, name) : whole;
}

async function* joined(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    if (head.length > 0) yield head;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

async function* unpacked(source: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array, void, undefined> {
  const gunzip = createGunzip();
  let bytes = 0;
  // What goes wrong comes out of the iteration below, once.
  const feeding = pipeline(Readable.from(source), gunzip).catch(() => undefined);
  try {
    for await (const chunk of gunzip) {
      bytes += chunk.length;
      yield chunk;
    }
  } catch (error) {
    const found = `${describeError(error)} after ${bytes} unpacked bytes`;
    throw new CloudtapError(
      "RECORDING_BROKEN",
      `${name}: expected gzip up to the end of the file, found: ${found}`,
      {},
      error,
    );
  } finally {
    gunzip.destroy();
    await feeding;
  }
}
