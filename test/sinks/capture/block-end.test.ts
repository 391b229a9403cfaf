import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endOfLastBlock } from "../../../src/sinks/capture/block-end.js";
import { Section } from "../../../src/sinks/capture/section.js";
import { capturedLeg, capturedSession, momentOf, openedAtUs, sectionOptions } from "../../support/capture-moments.js";

/** Blocks of one whole file, each joined. */
function blocksOf(payloads: readonly string[]): readonly Buffer[] {
  const section = new Section(sectionOptions, openedAtUs);
  const leg = capturedLeg();
  const session = capturedSession();
  return [
    ...section.begin().map((block) => Buffer.from(block)),
    ...payloads.map((payload) => Buffer.concat(section.packet(session, momentOf(payload, { leg })))),
    ...section.end().map((block) => Buffer.from(block)),
  ];
}

/** Looks for the end, and counts how often it reads. */
async function find(file: Uint8Array): Promise<{ readonly end: number; readonly reads: number }> {
  let reads = 0;
  const end = await endOfLastBlock(file.length, async (offset, length) => {
    reads += 1;
    return file.subarray(offset, offset + length);
  });
  return { end, reads };
}

describe("the end of the last whole block", () => {
  it("is the end of a file that is whole", async () => {
    const file = Buffer.concat(blocksOf(["hello", "you"]));
    expect((await find(file)).end).toBe(file.length);
  });

  it("is the beginning of an empty file", async () => {
    expect((await find(Buffer.alloc(0))).end).toBe(0);
  });

  it("stands before the block that was cut, wherever it was cut", async () => {
    const payload = fc.string({ minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(fc.array(payload, { maxLength: 6 }), fc.nat(), async (payloads, place) => {
        const blocks = blocksOf(payloads);
        const file = Buffer.concat(blocks);
        const cut = place % (file.length + 1);
        const ends = blocks.map((_block, at) => Buffer.concat(blocks.slice(0, at + 1)).length);
        const expected = ends.findLast((end) => end <= cut) ?? 0;
        expect((await find(file.subarray(0, cut))).end).toBe(expected);
      }),
    );
  });

  it("stands before zeros, as a file system leaves them after a power cut", async () => {
    const file = Buffer.concat(blocksOf(["hello"]));
    expect((await find(Buffer.concat([file, Buffer.alloc(4_096)]))).end).toBe(file.length);
  });

  it("stands before a block whose two lengths differ", async () => {
    const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = blocksOf([]);
    const broken = Buffer.from(second);
    broken.writeUInt32LE(broken.length + 4, broken.length - 4);
    expect((await find(Buffer.concat([first, broken]))).end).toBe(first.length);
  });

  it("is found in garbage too, within it and after few looks", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (garbage) => {
        const { end, reads } = await find(garbage);
        expect(end).toBeLessThanOrEqual(garbage.length);
        expect(reads).toBeLessThanOrEqual(2 * (garbage.length / 12 + 1));
      }),
    );
  });
});
