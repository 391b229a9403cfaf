import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backOffMs, slowRetryMs } from "../../../src/sinks/splunk/back-off.js";

describe("the wait before the next attempt", () => {
  it("doubles up to a minute", () => {
    const waits = Array.from({ length: 9 }, (_unused, failures) => backOffMs(failures, () => 1));
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it("is by half a matter of chance", () => {
    expect(backOffMs(3, () => 0)).toBe(4_000);
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (failures, chance) => {
        const wait = backOffMs(failures, () => chance);
        expect(wait).toBeGreaterThanOrEqual(500);
        expect(wait).toBeLessThanOrEqual(60_000);
      }),
    );
  });

  it("is the longest at once where waiting alone does not help", () => {
    expect(slowRetryMs(() => 1)).toBe(60_000);
    expect(slowRetryMs(() => 0)).toBe(30_000);
  });
});
