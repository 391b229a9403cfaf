import { describe, expect, it } from "vitest";
import { isEqual } from "../../src/devices/equality.js";

describe("equality", () => {
  it.each([
    [1, 1],
    [null, null],
    [
      [1, [2]],
      [1, [2]],
    ],
    [
      { a: 1, b: { c: [null] } },
      { b: { c: [null] }, a: 1 },
    ],
  ])("%j equals %j", (a, b) => {
    expect(isEqual(a, b)).toBe(true);
  });

  it.each([
    [1, "1"],
    [null, {}],
    [[], {}],
    [[1], [1, 2]],
    [{ a: 1 }, { b: 1 }],
    [{ a: undefined }, { b: 1 }],
    [{ a: { b: 1 } }, { a: { b: 2 } }],
    [{ a: 1 }, { a: 1, b: 2 }],
  ])("%j differs from %j", (a, b) => {
    expect(isEqual(a, b)).toBe(false);
    expect(isEqual(b, a)).toBe(false);
  });
});
