import { describe, expect, it } from "vitest";
import {
  type DeviceState,
  emptyState,
  expireValues,
  isOutdated,
  keyLimit,
  limitValues,
  mergeReading,
  pendingExpiries,
  receivedTimes,
  restoreState,
} from "../../src/devices/state.js";
import type { DeviceId } from "../../src/model/device.js";
import type { Reading } from "../../src/model/reading.js";
import type { EpochMs } from "../../src/model/time.js";
import type { Values } from "../../src/model/value.js";

const none: ReadonlySet<string> = new Set();
const minute = 60_000;

/** A live reading measured and received at a minute. */
function reading(at: number, values: Values, more: Partial<Reading> = {}): Reading {
  const time = (at * minute) as EpochMs;
  return { device: "acme_1" as DeviceId, measuredAt: time, receivedAt: time, live: true, values, ...more };
}

function showing(...readings: readonly Reading[]): DeviceState {
  return readings.reduce((state, next) => mergeReading(state, next, none), emptyState);
}

describe("state of a device", () => {
  it("keeps the last value of keys that a reading lacks", () => {
    const { values } = showing(reading(0, { power: 1, signal: 80 }), reading(5, { power: 2 }));
    expect(values).toEqual({ power: 2, signal: 80 });
  });

  it("takes null as a value: known to be unknown", () => {
    expect(showing(reading(0, { power: 1 }), reading(5, { power: null })).values).toEqual({ power: null });
  });

  it("is not touched by a stored record, not even where it knows nothing", () => {
    const before = showing(reading(5, { power: 2 }));
    expect(mergeReading(before, reading(9, { power: 7, more: 1 }, { live: false }), none)).toBe(before);
  });

  it("is a new object at each reading, so who holds an older one keeps it", () => {
    const before = showing(reading(0, { power: 1 }));
    mergeReading(before, reading(5, { power: 2 }), none);
    expect(before.values).toEqual({ power: 1 });
  });

  it("lets a late reading fill in only what nothing newer is known of", () => {
    const late = reading(3, { power: 9, signal: 70, serial: "x" }, { receivedAt: (6 * minute) as EpochMs });
    const { values } = showing(reading(0, { signal: 80 }), reading(5, { power: 2 }), late);
    expect(values).toEqual({ power: 2, signal: 70, serial: "x" });
  });

  it("takes up totals of a late reading that their guard has admitted", () => {
    const late = reading(3, { power: 9, energy: 12 }, { receivedAt: (6 * minute) as EpochMs });
    const shown = showing(reading(5, { power: 2, energy: 10 }));
    expect(mergeReading(shown, late, new Set(["energy"])).values).toEqual({ power: 2, energy: 12 });
  });

  it("is the same object when nothing of a late reading is newer", () => {
    const shown = showing(reading(5, { power: 2 }));
    const late = reading(3, { power: 9 }, { receivedAt: (6 * minute) as EpochMs });
    expect(isOutdated(shown, "power", late)).toBe(true);
    expect(mergeReading(shown, late, none)).toBe(shown);
  });

  it("takes a reading of unknown time for the newest", () => {
    const unknown = reading(6, { power: 3 }, { measuredAt: undefined });
    expect(showing(reading(5, { power: 2 }), unknown).values).toEqual({ power: 3 });
    expect(showing(unknown, reading(1, { power: 4 })).values).toEqual({ power: 4 });
  });

  it("does not freeze after a device's clock was ahead and is set right", () => {
    const ahead = reading(0, { power: 1 }, { measuredAt: (50_000 * minute) as EpochMs });
    expect(showing(ahead, reading(5, { power: 2 })).values).toEqual({ power: 2 });
  });

  it("does not freeze for long when a device's clock is set back", () => {
    const setBack = (received: number, power: number): Reading =>
      reading(received - 60, { power }, { receivedAt: (received * minute) as EpochMs });
    const shown = showing(reading(100, { power: 1 }), setBack(105, 2), setBack(110, 3));
    expect(shown.values).toEqual({ power: 1 });
    expect(mergeReading(shown, setBack(115, 4), none).values).toEqual({ power: 4 });
  });

  it("is bounded in its keys, and still takes new values of those it has", () => {
    const many = Object.fromEntries(Array.from({ length: keyLimit + 50 }, (_, index) => [`key_${index}`, index]));
    const full = showing(reading(0, many));
    expect(Object.keys(full.values)).toHaveLength(keyLimit);
    const { values } = mergeReading(full, reading(5, { another: 1, key_0: 99 }), none);
    expect([values.another, values.key_0]).toEqual([undefined, 99]);
  });
});

describe("values that expire", () => {
  const expiring = (at: number, until: number, values: Values): Reading =>
    reading(at, values, { expiresAt: (until * minute) as EpochMs, expiringKeys: ["power", "voltage"] });

  it("become null when their time has come, and only those", () => {
    const shown = showing(expiring(0, 15, { power: 1, energy: 10 }));
    expect(expireValues(shown, (15 * minute - 1) as EpochMs)).toBe(shown);
    expect(expireValues(shown, (15 * minute) as EpochMs).values).toEqual({ power: null, energy: 10 });
  });

  it("last longer when a newer reading brings them again", () => {
    const shown = showing(expiring(0, 15, { power: 1, voltage: 230 }), expiring(5, 20, { power: 2 }));
    const later = expireValues(shown, (15 * minute) as EpochMs);
    expect(later.values).toEqual({ power: 2, voltage: null });
    expect(later.nextExpiry).toBe(20 * minute);
    expect(expireValues(later, (20 * minute) as EpochMs)).toMatchObject({
      values: { power: null, voltage: null },
      nextExpiry: undefined,
    });
  });

  it("last for good when a newer reading brings them without an end", () => {
    const shown = showing(expiring(0, 15, { power: 1 }), reading(5, { power: 2 }));
    expect(expireValues(shown, (99 * minute) as EpochMs).values).toEqual({ power: 2 });
  });

  it("still expire after a restart", () => {
    const shown = showing(expiring(0, 15, { power: 1, energy: 10 }));
    const restored = restoreState(shown.values, pendingExpiries(shown) ?? {});
    expect(expireValues(restored, (15 * minute) as EpochMs).values).toEqual({ power: null, energy: 10 });
    expect(pendingExpiries(showing(reading(0, { power: 1 })))).toBeUndefined();
  });
});

describe("values that are doubted", () => {
  const at = (minutes: number) => (minutes * minute) as EpochMs;

  it("become unknown at their time, the others stay", () => {
    const doubted = limitValues(showing(reading(0, { power: 1, energy: 5 })), new Set(["power"]), at(15));
    expect(doubted.nextExpiry).toBe(at(15));
    expect(expireValues(doubted, at(14)).values).toEqual({ power: 1, energy: 5 });
    expect(expireValues(doubted, at(15)).values).toEqual({ power: null, energy: 5 });
  });

  it("stay where a newer reading brings them again", () => {
    const doubted = limitValues(showing(reading(0, { power: 1 })), new Set(["power"]), at(15));
    expect(expireValues(mergeReading(doubted, reading(5, { power: 2 }), none), at(15)).values).toEqual({ power: 2 });
  });

  it("keep an earlier end of their own, and may come from an earlier run", () => {
    const known = restoreState({ power: 1, signal: 80, mode: null }, { signal: at(5) });
    const doubted = limitValues(known, new Set(["power", "signal", "mode", "absent"]), at(15));
    expect(pendingExpiries(doubted)).toEqual({ power: at(15), signal: at(5) });
    expect(doubted.nextExpiry).toBe(at(5));
  });
});

describe("times at which values came in", () => {
  const at = (minutes: number) => (minutes * minute) as EpochMs;

  it("are those of the newest reading that held the key", () => {
    const shown = showing(reading(0, { power: 1, signal: 80 }), reading(5, { power: 1 }));
    expect([...receivedTimes(shown)]).toEqual([
      ["power", at(5)],
      ["signal", at(0)],
    ]);
  });

  it("stay when a value becomes unknown", () => {
    const doubted = limitValues(showing(reading(3, { power: 1 })), new Set(["power"]), at(15));
    expect([...receivedTimes(expireValues(doubted, at(15)))]).toEqual([["power", at(3)]]);
  });

  it("are not known of what an earlier run left, also where it expires", () => {
    const restored = restoreState({ power: 1, signal: 80 }, { signal: at(5) });
    expect([...receivedTimes(limitValues(restored, new Set(["power"]), at(15)))]).toEqual([]);
    expect([...receivedTimes(mergeReading(restored, reading(9, { signal: 70 }), none))]).toEqual([["signal", at(9)]]);
  });
});
