import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { admitTotal, adoptTotal, type TotalLimits } from "../../src/devices/totals.js";
import type { TotalRecord } from "../../src/model/ports.js";
import type { EpochMs } from "../../src/model/time.js";
import type { Value } from "../../src/model/value.js";

const hour = 3_600_000;
const kilowatt: TotalLimits = { maxPerHour: 1, unit: "kWh" };

/** A counter and the readings that reach it: `at` in hours. */
function counter(limits: TotalLimits = kilowatt) {
  let total: TotalRecord | undefined;
  const refusals: string[] = [];
  return {
    refusals,
    get shown() {
      return total?.value;
    },
    get record() {
      return total;
    },
    read(at: number, value: Value) {
      const verdict = admitTotal(total, value, limits, (at * hour) as EpochMs);
      total = verdict.total;
      if (verdict.refusal !== undefined) refusals.push(verdict.refusal);
      return verdict;
    },
  };
}

describe("lifetime counter", () => {
  it("takes the first value as it is, and whatever follows a first zero", () => {
    const total = counter();
    total.read(0, 0);
    expect(total.shown).toBe(0);
    total.read(0.1, 181.2);
    expect(total.shown).toBe(181.2);
  });

  it("goes on with equal and larger values", () => {
    const total = counter();
    for (const [at, value] of [
      [0, 181.2],
      [1, 181.2],
      [2, 182],
    ] as const)
      total.read(at, value);
    expect(total.shown).toBe(182);
    expect(total.refusals).toEqual([]);
  });

  it("ignores the zero of a device that boots, and reports it once", () => {
    const total = counter();
    total.read(0, 181.2);
    for (const at of [8, 8.1, 8.2]) total.read(at, 0);
    expect(total.shown).toBe(181.2);
    total.read(8.3, 181.3);
    expect(total.shown).toBe(181.3);
    expect(total.refusals).toEqual(["found 0, expected 181.2 to 189.4"]);
  });

  it("does not believe zeros however long they last", () => {
    const total = counter();
    total.read(0, 181.2);
    for (let at = 1; at < 100; at += 1) total.read(at, 0);
    expect(total.shown).toBe(181.2);
  });

  it("ignores a decrease, reports it once, and reports the next one again", () => {
    const total = counter();
    total.read(0, 100);
    for (const [at, value] of [
      [1, 90],
      [2, 90.1],
      [3, 100.5],
      [4, 90],
    ] as const)
      total.read(at, value);
    expect(total.shown).toBe(100.5);
    expect(total.refusals).toHaveLength(2);
  });

  it("ignores a jump beyond what the device can produce in the time, with 0.2 kWh to spare", () => {
    const total = counter();
    total.read(0, 100);
    expect(total.read(0.5, 100.71).admitted).toBe(false);
    expect(total.read(0.5, 100.69).admitted).toBe(true);
    expect(total.refusals).toEqual(["found 100.71, expected 100 to 100.7"]);
  });

  it("allows what was produced during a long absence", () => {
    const total = counter();
    total.read(0, 100);
    expect(total.read(72, 170).admitted).toBe(true);
  });

  it.each([
    ["Wh", 100_000, 100_200],
    ["kWh", 100, 100.2],
    ["L", 100, 101],
  ])("spares a counter in %s its own slack", (unit, from, most) => {
    const total = counter({ maxPerHour: 0, unit });
    total.read(0, from);
    expect(total.read(1, most + 0.01).admitted).toBe(false);
    expect(total.read(1, most).admitted).toBe(true);
  });

  it("has no upper limit where the description names none", () => {
    const total = counter({ unit: "kWh" });
    total.read(0, 1);
    expect(total.read(0, 1_000_000).admitted).toBe(true);
  });

  it("keeps its value when a reading holds no number", () => {
    const total = counter();
    total.read(0, 100);
    for (const value of [null, "100", Number.NaN, Number.POSITIVE_INFINITY, -5, true]) {
      expect(total.read(1, value).admitted).toBe(false);
    }
    expect(total.shown).toBe(100);
    expect(total.refusals).toEqual([]);
  });
});

describe("replaced device", () => {
  it("is accepted after its counter has stayed below for 24 hours", () => {
    const total = counter();
    total.read(0, 500);
    for (let at = 1; at < 25; at += 1) total.read(at, 2 + at / 10);
    expect(total.shown).toBe(500);
    expect(total.read(25, 4.5)).toMatchObject({ admitted: true, replaces: 500 });
    expect(total.shown).toBe(4.5);
    expect(total.refusals).toHaveLength(1);
  });

  it("is accepted after its counter has stayed above for 24 hours", () => {
    const total = counter();
    total.read(0, 5);
    for (let at = 1; at <= 24; at += 1) total.read(at, 900 + at / 10);
    expect(total.shown).toBe(5);
    expect(total.read(25, 902.5)).toMatchObject({ admitted: true, replaces: 5 });
  });

  it("is not seen in values that do not count up like a counter", () => {
    const total = counter();
    total.read(0, 500);
    for (let at = 1; at < 100; at += 1) total.read(at, at % 2 === 0 ? 3 : 2);
    expect(total.shown).toBe(500);
  });

  it("is not seen where the old counter comes in between", () => {
    const total = counter();
    total.read(0, 500);
    for (let at = 1; at < 100; at += 1) total.read(at, at % 20 === 0 ? 500 : 3);
    expect(total.shown).toBe(500);
  });

  it("is still accepted in time when it boots with zeros, which say nothing", () => {
    const total = counter();
    total.read(0, 500);
    for (let at = 1; at <= 24; at += 1) total.read(at, at % 12 === 0 ? 0 : 3);
    expect(total.read(25, 3).admitted).toBe(true);
    expect(total.refusals).toHaveLength(1);
  });

  it("is still accepted in time after a restart in between", () => {
    const total = counter();
    total.read(0, 500);
    total.read(1, 3);
    const kept: TotalRecord = JSON.parse(JSON.stringify(total.record));
    expect(admitTotal(kept, 3.5, kilowatt, (25 * hour) as EpochMs)).toMatchObject({ admitted: true, replaces: 500 });
  });
});

describe("total found in the broker", () => {
  const at = (hours: number) => (hours * hour) as EpochMs;

  it("counts when it is larger than the one on disk, and not when it is smaller", () => {
    const known: TotalRecord = { value: 100, admittedAt: at(1) };
    expect(adoptTotal(known, 100.4, at(2)).total).toEqual({ value: 100.4, admittedAt: at(2) });
    expect(adoptTotal(known, 99, at(2)).total).toBe(known);
    expect(adoptTotal(undefined, 99, undefined).total).toEqual({ value: 99 });
  });

  it("does not bring back a counter from before a replaced device was accepted", () => {
    const known: TotalRecord = { value: 5, admittedAt: at(50), replacedAt: at(48) };
    expect(adoptTotal(known, 500, at(40)).admitted).toBe(false);
    expect(adoptTotal(known, 500, undefined).admitted).toBe(false);
    expect(adoptTotal(known, 5.5, at(51)).admitted).toBe(true);
  });

  it("allows any rise after a total of unknown age", () => {
    const { total } = adoptTotal(undefined, 99, undefined);
    expect(admitTotal(total, 250, kilowatt, at(1)).admitted).toBe(true);
  });

  it("ignores what is not a number", () => {
    expect(adoptTotal(undefined, "99", undefined).admitted).toBe(false);
    expect(adoptTotal(undefined, null, undefined).admitted).toBe(false);
  });
});

describe("any sequence of values", () => {
  const value = fc.oneof(
    fc.constant(0),
    fc.double({ min: 0, max: 1_000, noNaN: true }),
    fc.constantFrom(null, -1, "x"),
  );
  const sequence = fc.array(fc.tuple(fc.double({ min: 0, max: 3, noNaN: true }), value), { maxLength: 60 });

  it("steps back only where a counter was refused for 24 hours before", () => {
    fc.assert(
      fc.property(sequence, (steps) => {
        const total = counter();
        let hours = 0;
        for (const [pause, next] of steps) {
          hours += pause;
          const before = total.record;
          const verdict = total.read(hours, next);
          const after = total.shown ?? 0;
          if (after >= (before?.value ?? 0)) continue;
          expect(verdict.replaces).toBe(before?.value);
          expect(hours * hour - (before?.refused?.since ?? Number.NaN)).toBeGreaterThanOrEqual(24 * hour);
        }
      }),
    );
  });
});
