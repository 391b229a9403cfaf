import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wholeBlocks } from "../../src/recording/whole-blocks.js";

/** A block of the type with so many words in it. */
function block(type: number, words: number, isLittle = true): Buffer {
  const bytes = Buffer.alloc(12 + 4 * words, 0x55);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint32(0, type, isLittle);
  view.setUint32(4, bytes.length, isLittle);
  view.setUint32(bytes.length - 4, bytes.length, isLittle);
  return bytes;
}

function section(isLittle: boolean): Buffer {
  const bytes = block(0x0a0d0d0a, 4, isLittle);
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(8, 0x1a2b3c4d, isLittle);
  return bytes;
}

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function whole(bytes: Uint8Array, size = 7): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of wholeBlocks(chunked(bytes, size), "a.pcapng")) parts.push(part.slice());
  return Buffer.concat(parts);
}

const file = Buffer.concat([section(true), block(6, 9), section(false), block(6, 3, false), block(6, 0, false)]);

describe("whole blocks of a file that is being written", () => {
  it("are all of it where it ends with a block, in either byte order", async () => {
    expect(await whole(file)).toEqual(file);
    expect(await whole(new Uint8Array(0))).toEqual(Buffer.alloc(0));
  });

  it("are what ends before the cut, wherever the file is cut and however it is read", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length), fc.integer({ min: 1, max: 80 }), async (cut, size) => {
        const kept = await whole(file.subarray(0, cut), size);
        expect(kept).toEqual(file.subarray(0, kept.length));
        expect(cut - kept.length).toBeLessThan(48);
        expect(await whole(kept)).toEqual(kept);
      }),
    );
  });

  it.each([
    ["shorter than its own frame", block(6, 0).fill(8, 4, 5)],
    ["with a length that is no multiple of four", block(6, 0).fill(13, 4, 5)],
    ["longer than any", block(6, 0).fill(0xff, 4, 8)],
  ])("end at a block %s", async (_what, broken) => {
    await expect(whole(Buffer.concat([section(true), broken]))).rejects.toMatchObject({
      code: "RECORDING_BROKEN",
      message: "a.pcapng: expected a pcapng block at byte 28",
    });
  });
});
