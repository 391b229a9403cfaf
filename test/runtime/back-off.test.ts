import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backOffMs } from "../../src/runtime/back-off.js";

const bounds = { firstMs: 1_000, longestMs: 30_000 };

describe("the wait before the next attempt", () => {
  it("doubles up to its bound, of which half is chance", () => {
    const shortest = [0, 1, 2, 3, 4, 5, 6].map((failures) => backOffMs(failures, bounds, () => 0));
    expect(shortest).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
    const longest = [0, 1, 5, 500].map((failures) => backOffMs(failures, bounds, () => 1));
    expect(longest).toEqual([1_000, 2_000, 30_000, 30_000]);
    expect(backOffMs(Number.POSITIVE_INFINITY, bounds, () => 1)).toBe(30_000);
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (failures, chance) => {
        const wait = backOffMs(failures, bounds, () => chance);
        expect(wait).toBeGreaterThanOrEqual(500);
        expect(wait).toBeLessThanOrEqual(30_000);
      }),
    );
  });
});
