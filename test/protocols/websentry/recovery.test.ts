import { describe, expect, it } from "vitest";
import { resumeAfterUnknown } from "../../../src/protocols/websentry/recovery.js";
import { bytes } from "./dialogue.js";

describe("recovery behind a value of unknown length", () => {
  it("finds the next expected id", () => {
    const found = resumeAfterUnknown(bytes("aa bb 06 02 06 02 7d 06 03 06 02 50"), 0, [0x0602, 0x0603]);
    expect(found?.map((item) => item.id)).toEqual([0x0602, 0x0603]);
  });

  it("passes over an id that stands in the unknown value by chance", () => {
    expect(resumeAfterUnknown(bytes("06 02 06 06 02 06 02 7d"), 0, [0x0602])).toEqual([
      { id: 0x0602, type: 0x06, value: 63.7 },
    ]);
  });

  it.each([
    ["bytes are left over", "06 02 06 02 7d 00"],
    ["a value is cut off", "06 02 06 02"],
    ["the order is another one", "06 03 06 02 50 06 02 06 02 7d 06 03"],
    ["the next type is unknown too", "06 02 7f"],
  ])("guesses nothing where %s", (_why, payload) => {
    expect(resumeAfterUnknown(bytes(payload), 0, [0x0602])?.length ?? 0).toBe(0);
  });

  it("has nothing to find behind the last property", () => {
    expect(resumeAfterUnknown(bytes("01 02 03"), 0, [])).toEqual([]);
  });
});
