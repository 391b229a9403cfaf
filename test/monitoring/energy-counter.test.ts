import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EntityDescription } from "../../src/model/entity.js";
import type { EnergyDayRecord } from "../../src/model/history.js";
import type { EpochMs } from "../../src/model/time.js";
import { type CounterReading, energyCounterOf, gainOf, nextEnergyDay } from "../../src/monitoring/energy-counter.js";

const hour = 3_600_000;
const start = Date.UTC(2026, 10, 20);
const counter = { key: "energy", name: "Energy", scale: 1, maxPerHour: 10 };

/** A value at an hour after the start of 2026-11-20. */
function reading(hours: number, value: number): CounterReading {
  const at = (start + hours * hour) as EpochMs;
  return { day: new Date(at).toISOString().slice(0, 10), at, value };
}

/** The newest record of each day. */
function days(...readings: readonly CounterReading[]): ReadonlyMap<string, EnergyDayRecord> {
  const records = new Map<string, EnergyDayRecord>();
  let known: EnergyDayRecord | undefined;
  for (const one of readings) {
    known = nextEnergyDay(known, one, counter);
    records.set(known.day, known);
  }
  return records;
}

function gains(...readings: readonly CounterReading[]): Readonly<Record<string, readonly [number, boolean]>> {
  const entries = [...days(...readings)].map(([day, record]) => [day, [gainOf(record), record.isWhole] as const]);
  return Object.fromEntries(entries);
}

function lifetime(key: string, unit: string, more: Partial<EntityDescription> = {}): EntityDescription {
  return { key, platform: "sensor", name: key, unit, total: "lifetime", ...more };
}

describe("energy counter of a device", () => {
  it("is the total, else that of the panels, else the first one of energy", () => {
    const gas = lifetime("gas_total", "m³");
    const all = [
      gas,
      lifetime("grid_total", "kWh"),
      lifetime("pv_energy_total", "kWh"),
      lifetime("energy_total", "kWh"),
    ];
    const keys = [4, 3, 2, 1].map((count) => energyCounterOf(all.slice(0, count))?.key);
    expect(keys).toEqual(["energy_total", "pv_energy_total", "grid_total", undefined]);
    expect(energyCounterOf([{ ...lifetime("energy_today", "kWh"), total: "daily" }])).toBeUndefined();
  });

  it("counts in kWh whatever its unit is", () => {
    expect(energyCounterOf([lifetime("energy_total", "Wh", { maxPerHour: 6_000 })])).toEqual({
      ...{ key: "energy_total", name: "energy_total", scale: 0.001, maxPerHour: 6 },
    });
    expect(energyCounterOf([lifetime("energy_total", "MWh")])).toMatchObject({ scale: 1_000, maxPerHour: 250 });
  });
});

describe("energy of a day", () => {
  it("is what the counter gained since the day before", () => {
    expect(gains(reading(8, 100), reading(18, 105), reading(32, 106), reading(40, 112))).toEqual({
      "2026-11-20": [5, false],
      "2026-11-21": [7, true],
    });
  });

  it("is nothing on a day on which the counter stood still", () => {
    expect(gains(reading(8, 100), reading(30, 100), reading(40, 100))["2026-11-21"]).toEqual([0, true]);
  });

  it("holds what came over days of silence, and is not whole then", () => {
    const found = gains(reading(8, 100), reading(18, 105), reading(80, 125));
    expect(found).toEqual({ "2026-11-20": [5, false], "2026-11-23": [20, false] });
  });

  it.each([
    ["falls", 3],
    ["gains more than it can", 9_000],
  ])("begins anew at a counter that %s, within a day and over night", (_what, other) => {
    const within = gains(reading(30, 100), reading(34, 104), reading(35, other), reading(36, other + 2));
    expect(within).toEqual({ "2026-11-21": [6, false] });
    expect(gains(reading(8, 100), reading(30, other), reading(31, other + 2))["2026-11-21"]).toEqual([2, true]);
  });

  it("begins anew where another counter of the device is the main one", () => {
    const known = nextEnergyDay(undefined, reading(1, 100), counter);
    const next = nextEnergyDay(known, reading(2, 101), { ...counter, key: "energy_total" });
    expect([next.key, gainOf(next)]).toEqual(["energy_total", 0]);
    expect(gainOf(nextEnergyDay(next, reading(3, 104), { ...counter, key: "energy_total" }))).toBe(3);
  });

  it("allows a gain for all the time since the counter moved last", () => {
    expect(gains(reading(0, 100), reading(5, 100), reading(9, 100), reading(10, 199))).toEqual({
      "2026-11-20": [99, false],
    });
  });

  it("goes on where a clock was set back a little, and begins the true day where it was ahead by days", () => {
    expect(gains(reading(25, 100), reading(23, 100.125), reading(26, 102))).toEqual({ "2026-11-21": [2, false] });
    expect(gains(reading(35, 100), reading(30, 100), reading(31, 108))).toEqual({ "2026-11-21": [8, false] });
    const ahead = reading(24 * 400, 100);
    expect(gains(ahead, reading(8, 100), reading(9, 101))).toEqual({
      [ahead.day]: [0, false],
      "2026-11-20": [1, false],
    });
  });

  it("is the same record where nothing changed", () => {
    const known = nextEnergyDay(undefined, reading(1, 100), counter);
    expect(nextEnergyDay(known, reading(2, 100), counter)).toBe(known);
  });

  it("makes all days together what a counter that only rises gained", () => {
    const steps = fc.array(
      fc.record({ hours: fc.integer({ min: 1, max: 60 }), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 90_000 }), (found, first) => {
        let hours = 0;
        let value = first;
        const readings = [reading(hours, value)];
        for (const step of found) {
          hours += step.hours;
          value += step.hours * step.share * counter.maxPerHour;
          readings.push(reading(hours, value));
        }
        const all = [...days(...readings).values()].map(gainOf);
        for (const gain of all) expect(gain).toBeGreaterThanOrEqual(0);
        expect(all.reduce((sum, gain) => sum + gain, 0)).toBeCloseTo(value - first, 6);
      }),
    );
  });

  it("is never negative nor more than the counter can gain, whatever is read", () => {
    const anything = fc.array(fc.tuple(fc.nat(200), fc.integer({ min: 0, max: 10_000 })), { maxLength: 40 });
    fc.assert(
      fc.property(anything, (found) => {
        const sorted = found.toSorted(([a], [b]) => a - b).map(([hours, value]) => reading(hours, value));
        const total = [...days(...sorted).values()].map(gainOf);
        const span = sorted.length === 0 ? 0 : ((sorted.at(-1)?.at ?? 0) - (sorted[0]?.at ?? 0)) / hour;
        for (const gain of total) expect(gain).toBeGreaterThanOrEqual(0);
        const sum = total.reduce((all, gain) => all + gain, 0);
        expect(sum).toBeLessThanOrEqual(counter.maxPerHour * span + 0.2 * sorted.length + 1e-6);
      }),
    );
  });
});
