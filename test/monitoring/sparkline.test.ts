import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EpochMs } from "../../src/model/time.js";
import { chartPoints } from "../../src/monitoring/chart-points.js";
import { type RunningValue, Sparkline, sparkSlotMs, sparkSlots } from "../../src/monitoring/sparkline.js";

const minute = 60_000;
const start = Date.UTC(2026, 5, 21);
const at = (minutes: number) => (start + minutes * minute) as EpochMs;
const record = (minutes: number, power: number) => ({ at: at(minutes), values: { power } });
const gapMs = 2 * sparkSlotMs;

function drawn(line: Sparkline, now: number, running?: RunningValue) {
  return line.points(at(now), gapMs, running).map(([time, value]) => [(time - start) / minute, value]);
}

describe("sparkline", () => {
  it("has the mean of each half hour, with what is running", () => {
    const line = new Sparkline("power", true);
    for (const [minutes, power] of [[0, 1] as const, [5, 3] as const, [30, 4] as const])
      line.add(record(minutes, power));
    expect(drawn(line, 40, { at: at(35), value: 8 })).toEqual([
      [0, 2],
      [30, 6],
    ]);
    expect(drawn(line, 40)).toEqual([
      [0, 2],
      [30, 4],
    ]);
  });

  it("has the last value of a counter", () => {
    const line = new Sparkline("power", false);
    for (const [minutes, power] of [[0, 1] as const, [5, 3] as const]) line.add(record(minutes, power));
    expect(drawn(line, 20, { at: at(15), value: 8 })).toEqual([[0, 8]]);
    expect(drawn(line, 20)).toEqual([[0, 3]]);
  });

  it("takes older records late, but not in place of newer ones", () => {
    const line = new Sparkline("power", false);
    for (const minutes of [1_445, 5, 1_440, 60]) line.add(record(minutes, minutes));
    expect(drawn(line, 1_450)).toEqual([
      [60, 60],
      [90, null],
      [1_440, 1_445],
    ]);
  });

  it("passes over what has no value of its key", () => {
    const line = new Sparkline("power", true);
    line.add({ at: at(0), values: { other: 1 } });
    expect(drawn(line, 5, { at: at(5), value: 7 })).toEqual([[0, 7]]);
    expect(line.points(at(5), gapMs, { at: at(5), value: undefined })).toEqual([]);
  });

  it("draws what a chart of the same records and steps would, at most 48 points", () => {
    const readings = fc.array(fc.tuple(fc.nat(5 * 288), fc.integer({ min: 0, max: 99 })), { maxLength: 400 });
    fc.assert(
      fc.property(readings, fc.boolean(), (found, isMean) => {
        const times = [...new Map(found)].toSorted(([a], [b]) => a - b).map(([slot, power]) => record(slot * 5, power));
        const line = new Sparkline("power", isMean);
        for (const one of times) line.add(one);
        const now = at(5 * 288 * 5);
        const from = Math.floor(now / sparkSlotMs) * sparkSlotMs - (sparkSlots - 1) * sparkSlotMs;
        const points = line.points(now, gapMs, undefined);
        const recent = times.filter((one) => one.at >= from);
        expect(points).toEqual(chartPoints(recent, { key: "power", stepMs: sparkSlotMs, gapMs, isMean }));
        expect(points.length).toBeLessThanOrEqual(48);
      }),
    );
  });
});
