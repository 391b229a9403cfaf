import { isBlockLength, minBlockBytes } from "../../wire/pcapng-block.js";

/**
 * Walks the blocks of one of our own pcapng files (little endian) and gives the offset behind the last that is complete. `read` gives up to that
 * many bytes at an offset, fewer at the end of the file.
 */
export async function endOfLastBlock(
  sizeBytes: number,
  read: (offset: number, length: number) => Promise<Uint8Array>,
): Promise<number> {
  let offset = 0;
  while (offset + minBlockBytes <= sizeBytes) {
    const head = await read(offset, 8);
    const length = lengthAt(head, 4);
    if (length === undefined || !isBlockLength(length)) break;
    if (offset + length > sizeBytes || lengthAt(await read(offset + length - 4, 4), 0) !== length) break;
    offset += length;
  }
  return offset;
}

function lengthAt(bytes: Uint8Array, at: number): number | undefined {
  if (bytes.length < at + 4) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true);
}
