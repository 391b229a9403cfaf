import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frameForStream, StreamSplitter } from "../../src/dns/stream-framing.js";

const messages = fc.array(
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  { maxLength: 8 },
);

function cut(bytes: Buffer, sizes: readonly number[]): readonly Buffer[] {
  const chunks: Buffer[] = [];
  let offset = 0;
  for (const size of sizes) {
    chunks.push(bytes.subarray(offset, offset + size));
    offset += size;
  }
  return [...chunks, bytes.subarray(offset)];
}

describe("messages in a TCP stream", () => {
  it("come out the same, however the stream is split", () => {
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 9 })), (sent, sizes) => {
        const splitter = new StreamSplitter(100);
        const chunks = cut(Buffer.concat(sent.map(frameForStream)), sizes);
        expect(chunks.flatMap((chunk) => splitter.push(chunk))).toEqual(sent);
        expect(splitter.failed).toBe(false);
      }),
    );
  });

  it("never make it throw or grow, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (chunks) => {
        const splitter = new StreamSplitter(100);
        for (const message of chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk)))) {
          expect(message.length).toBeLessThanOrEqual(100);
        }
      }),
    );
  });

  it("end with the length of one that is too large, not with its last byte", () => {
    const splitter = new StreamSplitter(3);
    splitter.push(Buffer.from([0]));
    expect(splitter.failed).toBe(false);
    splitter.push(Buffer.from([4]));
    expect(splitter.failed).toBe(true);
  });

  it("end with one that is too large; those before it come out", () => {
    const splitter = new StreamSplitter(3);
    const stream = Buffer.concat([Buffer.from("abc"), Buffer.from("abcd"), Buffer.from("a")].map(frameForStream));
    expect(splitter.push(stream)).toEqual([Buffer.from("abc")]);
    expect(splitter.failed).toBe(true);
    expect(splitter.push(frameForStream(Buffer.from("a")))).toEqual([]);
  });
});
