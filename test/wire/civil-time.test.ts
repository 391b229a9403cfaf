import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { civilTime } from "../../src/wire/civil-time.js";

describe("civil time", () => {
  it("agrees with the calendar of the runtime from year 1 to 9999", () => {
    const [first, last] = [Date.UTC(1, 0, 1), Date.UTC(9999, 11, 31)];
    fc.assert(
      fc.property(fc.integer({ min: Math.floor(first / 1000), max: Math.floor(last / 1000) }), (unixS) => {
        expect(`${civilTime(unixS)}.000Z`).toBe(new Date(unixS * 1000).toISOString());
      }),
      { numRuns: 5_000 },
    );
  });

  it("knows leap days and the days around them", () => {
    expect(civilTime(Date.UTC(2024, 1, 29, 23, 59, 59) / 1000)).toBe("2024-02-29T23:59:59");
    expect(civilTime(Date.UTC(2100, 1, 28, 23, 59, 59) / 1000 + 1)).toBe("2100-03-01T00:00:00");
    expect(civilTime(-0.5)).toBe("1969-12-31T23:59:59");
  });
});
