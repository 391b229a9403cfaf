import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOf, changedBytes, characterOf, hexOf } from "../../../../src/web/page/logic/bytes.js";

describe("bytes", () => {
  it("are read from hex digits, and written as such", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(bytesOf([...bytes].map(hexOf).join(""))).toEqual(bytes);
      }),
    );
  });

  it("end where the digits end", () => {
    expect([...bytesOf("a5B")]).toEqual([0xa5]);
    expect([...bytesOf("a5xx01")]).toEqual([0xa5]);
  });

  it("have changed where they differ, and where there were none", () => {
    const [now, before] = [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(1, 9, 3)];
    expect(changedBytes(now, before)).toEqual([false, true, false, true]);
  });

  it("have not changed where there is nothing to compare them with", () => {
    expect(changedBytes(Uint8Array.of(1, 2), undefined)).toEqual([false, false]);
  });

  it("are shown as text where they are text", () => {
    expect([0x41, 0x20, 0x7e, 0x7f, 0x00, 0xff].map(characterOf).join("")).toBe("A ~···");
  });
});
