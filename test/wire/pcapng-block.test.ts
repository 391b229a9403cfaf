import { describe, expect, it } from "vitest";
import { isBlockLength } from "../../src/wire/pcapng-block.js";

describe("blocks of a pcapng file", () => {
  it.each([12, 16, 16 * 1024 * 1024])("may be %i bytes long", (length) => {
    expect(isBlockLength(length)).toBe(true);
  });

  it.each([0, 8, 13, 16 * 1024 * 1024 + 4, 0xffff_fffc])("may not be %i bytes long", (length) => {
    expect(isBlockLength(length)).toBe(false);
  });
});
