import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineReader } from "../../src/admin/line-reader.js";

const bytes = (text: string) => new TextEncoder().encode(text);

/** The bytes in pieces that end at the given places. */
function pieces(whole: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const ends = [...cuts.map((cut) => cut % (whole.length + 1)), whole.length].toSorted((a, b) => a - b);
  return ends.map((end, index) => whole.subarray(ends[index - 1] ?? 0, end));
}

describe("line reader", () => {
  it("gives each line once it is complete, without its end", () => {
    const reader = new LineReader(100);
    expect(reader.push(bytes("one\ntw"))).toEqual(["one"]);
    expect(reader.push(bytes("o\n\nthr"))).toEqual(["two", ""]);
    expect(reader.pendingBytes).toBe(3);
  });

  it("gives the same lines however the bytes are cut", () => {
    const line = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\n"));
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat()), (lines, cuts) => {
        const reader = new LineReader(10_000);
        const whole = bytes(lines.map((text) => `${text}\n`).join(""));
        expect(pieces(whole, cuts).flatMap((piece) => reader.push(piece))).toEqual(lines);
        expect(reader).toMatchObject({ pendingBytes: 0, overflowed: false });
      }),
    );
  });

  it("takes any bytes without throwing, holds no more than the limit, and ends exactly at a line beyond it", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), fc.integer({ min: 0, max: 30 }), (chunks, limit) => {
        const reader = new LineReader(limit);
        for (const chunk of chunks) {
          reader.push(chunk);
          expect(reader.pendingBytes).toBeLessThanOrEqual(limit);
        }
        const lengths = Buffer.concat(chunks)
          .toString("latin1")
          .split("\n")
          .map((text) => text.length);
        expect(reader.overflowed).toBe(lengths.some((length) => length > limit));
      }),
    );
  });

  it("reads nothing more after a line that is too long", () => {
    const reader = new LineReader(3);
    expect(reader.push(bytes("abc\nabcd\nx\n"))).toEqual(["abc"]);
    expect(reader.push(bytes("y\n"))).toEqual([]);
    expect(reader.overflowed).toBe(true);
  });
});
