import { describe, expect, it } from "vitest";
import { TrackedDevice } from "../../src/devices/tracked-device.js";
import type { DeviceRecord } from "../../src/model/ports.js";
import type { Reading } from "../../src/model/reading.js";
import type { EpochMs } from "../../src/model/time.js";
import type { Values } from "../../src/model/value.js";
import { inverter, testSession } from "../support/hub-setup.js";

const minute = 60_000;
const at = (minutes: number) => (minutes * minute) as EpochMs;
const sleep = { availableAsleep: false, powerKey: "power", lowPowerW: 5 };

function device(): TrackedDevice {
  return new TrackedDevice(inverter("acme_1", { sleep }), "roof", at(0));
}

function reading(minutes: number, values: Values, more: Partial<Reading> = {}): Reading {
  const time = at(minutes);
  return { device: device().id, measuredAt: time, receivedAt: time, live: true, values, ...more };
}

describe("tracked device", () => {
  it("takes up a reading without the totals that are not believed", () => {
    const tracked = device();
    tracked.take(reading(0, { power: 100, energy: 50 }));
    const taken = tracked.take(reading(5, { power: 110, energy: 0, energy_today: 0 }));
    expect(tracked.values).toEqual({ power: 110, energy: 50, energy_today: 0 });
    expect(taken).toMatchObject({ accepted: true, refusals: [{ key: "energy" }] });
  });

  it("has accepted nothing when a reading held only a total that is not believed", () => {
    const tracked = device();
    tracked.take(reading(0, { energy: 50 }));
    expect(tracked.take(reading(5, { energy: 0 })).accepted).toBe(false);
  });

  it("lets a late reading raise a total and never refuses it for a lower one", () => {
    const tracked = device();
    tracked.take(reading(10, { power: 100, energy: 50 }));
    const late = { receivedAt: at(11) };
    expect(tracked.take(reading(5, { power: 1, energy: 49.9 }, late))).toMatchObject({ accepted: false, refusals: [] });
    tracked.take(reading(6, { power: 1, energy: 50.1 }, late));
    expect(tracked.values).toEqual({ power: 100, energy: 50.1 });
  });

  it("guards a counter from the moment when its description calls it one", () => {
    const tracked = new TrackedDevice(inverter("acme_1", { entities: [] }), "roof", at(0));
    tracked.take(reading(0, { energy: 50 }));
    tracked.describe(inverter("acme_1"));
    tracked.take(reading(5, { energy: 0 }));
    expect(tracked.values).toEqual({ energy: 50 });
  });

  it("remembers the last number of its power after that has expired", () => {
    const tracked = device();
    tracked.take(reading(0, { power: 3 }, { expiresAt: at(15), expiringKeys: ["power"] }));
    expect(tracked.expire(at(15))).toBe(true);
    expect(tracked.expire(at(16))).toBe(false);
    expect([tracked.values.power, tracked.lastPowerW]).toEqual([null, 3]);
  });

  it("comes back from disk as it was, watched totals and pending expiries included", () => {
    const before = device();
    before.facts = { counter: 7 };
    before.cloud = { mode: "local", lastAnswerAt: at(3) };
    before.owned.add("limit");
    before.take(reading(0, { power: 3, energy: 500 }, { expiresAt: at(15), expiringKeys: ["power"] }));
    before.take(reading(5, { energy: 2 }));
    const record: DeviceRecord = JSON.parse(JSON.stringify(before.record()));
    const restored = TrackedDevice.restore(record, at(10));
    expect(restored.record()).toEqual(before.record());
    expect([restored.cloud?.mode, [...restored.owned]]).toEqual(["local", ["limit"]]);
    expect(restored.nextExpiry).toBe(at(15));
    expect(restored.take(reading(6, { energy: 2 })).refusals).toEqual([]);
    expect(restored.take(reading(5 + 24 * 60, { energy: 3 })).replaced).toEqual([{ key: "energy", from: 500, to: 3 }]);
  });

  it("does not come back with a time that is still to come", () => {
    const ahead = { ...device().record(), lastSeen: at(500) };
    expect(TrackedDevice.restore(ahead, at(10)).lastSeen).toBe(at(10));
  });

  describe("adopting a state from outside", () => {
    it("takes all of a newer one, as far as its entities go", () => {
      const tracked = device();
      tracked.take(reading(0, { power: 100, energy: 50 }));
      const seed = { values: { power: 200, energy: 51, last_seen: "x" }, lastSeen: at(5) };
      expect(tracked.adopt(seed, at(9), false)).toBe(true);
      expect(tracked.values).toEqual({ power: 200, energy: 51 });
      expect(tracked.lastSeen).toBe(at(5));
    });

    it("takes only larger totals of an older one", () => {
      const tracked = new TrackedDevice(inverter("acme_1"), "roof", at(10));
      tracked.take(reading(10, { power: 100, energy: 50 }));
      expect(tracked.adopt({ values: { power: 1, energy: 50.2 }, lastSeen: at(5) }, at(11), false)).toBe(true);
      expect(tracked.adopt({ values: { power: 1, energy: 49 }, lastSeen: undefined }, at(11), false)).toBe(false);
      expect(tracked.values).toEqual({ power: 100, energy: 50.2 });
    });
  });

  it("doubts what is measured, but neither totals nor what always is known", () => {
    const described = inverter("acme_1");
    const firmware = { key: "firmware", platform: "sensor", name: "Firmware", alwaysAvailable: true } as const;
    const entities = [...described.entities, firmware];
    const tracked = new TrackedDevice({ ...described, entities }, "roof", at(0));
    tracked.take(reading(0, { power: 100, energy: 50, energy_today: 2, firmware: "1.2" }));
    tracked.doubtValuesBy(at(15));
    expect(tracked.nextExpiry).toBe(at(15));
    tracked.expire(at(15));
    expect(tracked.values).toEqual({ power: null, energy: 50, energy_today: 2, firmware: "1.2" });
  });

  it("remembers from where it was seen, and what is known of its encryption", () => {
    const tracked = device();
    tracked.sawAt(at(5), testSession);
    const place = { relay: "roof", address: "127.0.0.1", target: "" };
    tracked.encryption = { state: "refused", since: at(1), ...place, reason: "alert unknown ca" };
    const again = TrackedDevice.restore(tracked.record(), at(6));
    expect(again).toMatchObject({ address: "127.0.0.1", lastSeen: at(5), encryption: tracked.encryption });
    expect(again.record()).toEqual(tracked.record());
  });
});
