import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shownDays, summarizeEnergy, topOf } from "../../../../src/web/page/logic/energy-bars.js";

describe("energy by day", () => {
  it("is summed up over the days that are known", () => {
    const days = [
      { day: "2026-11-19", kwh: 1.5, complete: true },
      { day: "2026-11-20", kwh: null, complete: false },
      { day: "2026-11-21", kwh: 2, complete: false },
    ];
    expect(summarizeEnergy(days)).toEqual({ total: 3.5, best: { day: "2026-11-21", kwh: 2 }, known: 2 });
  });

  it("begins with the first day that is known, but shows some days in any case", () => {
    const days = [null, null, 1, null, 2].map((kwh, index) => ({ day: `2026-11-0${index + 1}`, kwh, complete: true }));
    expect(shownDays(days, 2).map(({ kwh }) => kwh)).toEqual([1, null, 2]);
    expect(shownDays(days, 4).length).toBe(4);
    expect(shownDays(days, 9).length).toBe(5);
    expect(shownDays(days.slice(0, 2), 1).length).toBe(1);
  });

  it("has no best day where there was none", () => {
    const days = [{ day: "2026-11-21", kwh: 0, complete: true }];
    expect(summarizeEnergy(days)).toEqual({ total: 0, best: undefined, known: 1 });
  });

  it("stands under a round number", () => {
    expect([0, 0.3, 1, 1.01, 3.41, 7.9, 9.12, 23, 0.7].map(topOf)).toEqual([1, 0.4, 1, 2, 4, 8, 10, 25, 0.8]);
    expect(topOf(Number.NaN)).toBe(1);
  });

  it("is never above that number, and fills at least two fifths of it", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1e6, noNaN: true }), (highest) => {
        expect(topOf(highest)).toBeGreaterThanOrEqual(highest * (1 - 1e-6));
        expect(topOf(highest)).toBeLessThanOrEqual(highest * 2.5);
      }),
    );
  });
});
