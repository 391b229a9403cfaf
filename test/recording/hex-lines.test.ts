import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseHexLine } from "../../src/recording/hex-lines.js";

describe("parseHexLine", () => {
  it.each([
    ["> a501", "device-to-cloud", "a501"],
    ["< A5 01", "cloud-to-device", "a501"],
    ["a501", "device-to-cloud", "a501"],
    ["  >a5\t01  ", "device-to-cloud", "a501"],
  ] as const)("D25: reads %j", (line, direction, hex) => {
    expect(parseHexLine(line)).toEqual({ type: "chunk", direction, bytes: Buffer.from(hex, "hex") });
  });

  it.each([[""], ["   "], ["# a note"]])("skips %j", (line) => {
    expect(parseHexLine(line)).toEqual({ type: "nothing" });
  });

  it.each([
    ["> a5g1", 'expected hex digits, found "g"'],
    ["> a50", "expected two hex digits a byte, found 3 digits"],
    [">", "expected hex digits, found none"],
    [">> a5", 'expected hex digits, found ">"'],
  ])("says what is wrong with %j", (line, problem) => {
    expect(parseHexLine(line)).toEqual({ type: "broken", problem });
  });

  it("never throws and gives back the bytes that it was given", () => {
    fc.assert(fc.property(fc.string(), (line) => parseHexLine(line).type !== undefined));
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
        const line = `< ${Buffer.from(bytes).toString("hex")}`;
        expect(parseHexLine(line)).toEqual({ type: "chunk", direction: "cloud-to-device", bytes: Buffer.from(bytes) });
      }),
    );
  });
});
