import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findTextRuns, putText } from "../../src/wire/text-runs.js";

describe("findTextRuns", () => {
  it("finds printable characters of the length asked for, up to both ends", () => {
    const bytes = Buffer.from("abcd\0xy\u0001efghi");
    expect(findTextRuns(bytes, 3)).toEqual([
      { from: 0, text: "abcd" },
      { from: 8, text: "efghi" },
    ]);
    expect(findTextRuns(bytes, 2, 1, 7)).toEqual([
      { from: 1, text: "bcd" },
      { from: 5, text: "xy" },
    ]);
  });

  it("gives runs that are in the bytes, apart and printable", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.integer({ min: 1, max: 6 }), (bytes, least) => {
        let end = -1;
        for (const { from, text } of findTextRuns(bytes, least)) {
          expect(from).toBeGreaterThan(end);
          expect(text).toBe(Buffer.from(bytes.subarray(from, from + text.length)).toString("latin1"));
          expect(text).toMatch(/^[ -~]+$/);
          end = from + text.length;
        }
      }),
    );
  });
});

describe("putText", () => {
  it("fills up and cuts to the length", () => {
    const bytes = new Uint8Array(6).fill(1);
    putText(bytes, 1, 4, "ab", 0x20);
    expect([...bytes]).toEqual([1, 0x61, 0x62, 0x20, 0x20, 1]);
    putText(bytes, 4, 4, "xyz");
    expect([...bytes]).toEqual([1, 0x61, 0x62, 0x20, 0x78, 0x79]);
  });
});
