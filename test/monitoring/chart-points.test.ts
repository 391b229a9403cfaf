import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HistoryRecord } from "../../src/model/history.js";
import type { EpochMs } from "../../src/model/time.js";
import { addPoint, type ChartPoint, type ChartRule, chartPoints, meanOf } from "../../src/monitoring/chart-points.js";

const minute = 60_000;
const rule: ChartRule = { key: "power", stepMs: 5 * minute, gapMs: 10 * minute, isMean: true };

/** Records at minutes. */
function records(values: Readonly<Record<number, number | undefined>>): readonly HistoryRecord[] {
  return Object.entries(values).map(([at, power]) => ({
    at: (Number(at) * minute) as EpochMs,
    values: power === undefined ? { other: 1 } : { power },
  }));
}

function inMinutes(points: readonly ChartPoint[]): readonly (readonly [number, number | null])[] {
  return points.map(([at, value]) => [at / minute, value]);
}

describe("points of a chart", () => {
  it("are the records of one key", () => {
    const points = chartPoints(records({ 5: 1, 10: undefined, 15: 3 }), rule);
    expect(inMinutes(points)).toEqual([
      [5, 1],
      [15, 3],
    ]);
  });

  it("break the line where nothing came for longer than the gap allows", () => {
    const found = records({ 5: 1, 15: 2, 30: 3 });
    expect(inMinutes(chartPoints(found, rule))).toEqual([
      [5, 1],
      [15, 2],
      [20, null],
      [30, 3],
    ]);
    expect(chartPoints(found, { ...rule, gapMs: 15 * minute })).toHaveLength(3);
  });

  it("put records of one step together: the mean of a measurement, else the last", () => {
    const found = records({ 0: 1, 5: 2, 25: 6, 30: 8 });
    const coarse = { ...rule, stepMs: 30 * minute, gapMs: 60 * minute };
    expect(inMinutes(chartPoints(found, coarse))).toEqual([
      [0, 3],
      [30, 8],
    ]);
    expect(inMinutes(chartPoints(found, { ...coarse, isMean: false }))).toEqual([
      [0, 6],
      [30, 8],
    ]);
  });

  it("are none of nothing", () => {
    expect(chartPoints([], rule)).toEqual([]);
    expect(chartPoints(records({ 5: undefined }), rule)).toEqual([]);
  });

  it("stand in order, on steps, within the values, and never two without a break too far apart", () => {
    const times = fc.uniqueArray(fc.tuple(fc.nat(2_000), fc.integer({ min: -50, max: 50 })), {
      selector: ([at]) => at,
    });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 9 }), fc.boolean(), (found, steps, isMean) => {
        const stepMs = steps * 5 * minute;
        const samples = found
          .toSorted(([a], [b]) => a - b)
          .map(([at, power]) => ({ at: (at * minute) as EpochMs, values: { power } }));
        const points = chartPoints(samples, { key: "power", stepMs, gapMs: 2 * stepMs, isMean });
        for (const [index, [at, value]] of points.entries()) {
          expect(at % stepMs).toBe(0);
          if (value !== null) expect(Math.abs(value)).toBeLessThanOrEqual(50);
          const next = points[index + 1];
          if (next === undefined) continue;
          expect(next[0]).toBeGreaterThan(at);
          if (value !== null && next[1] !== null) expect(next[0] - at).toBeLessThanOrEqual(2 * stepMs);
        }
        expect(points.length === 0).toBe(samples.length === 0);
      }),
    );
  });
});

describe("a mean", () => {
  it("is the value itself where there is one", () => {
    expect([meanOf(0.123_456_789, 1), meanOf(1, 3)]).toEqual([0.123_456_789, 0.333_333]);
  });
});

describe("a point that is added", () => {
  it("follows the last one, or a break", () => {
    const points: ChartPoint[] = [];
    for (const at of [0, 10, 21]) addPoint(points, [at as EpochMs, at], { stepMs: 5, gapMs: 10 });
    expect(points).toEqual([
      [0, 0],
      [10, 10],
      [15, null],
      [21, 21],
    ]);
  });
});
