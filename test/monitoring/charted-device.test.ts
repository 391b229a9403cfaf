import { describe, expect, it } from "vitest";
import type { EntityDescription } from "../../src/model/entity.js";
import type { EpochMs } from "../../src/model/time.js";
import { ChartedDevice } from "../../src/monitoring/charted-device.js";

const at = (ms: number) => ms as EpochMs;
const power: EntityDescription = { key: "power", platform: "sensor", name: "Power", stateClass: "measurement" };
const energy: EntityDescription = { key: "energy", platform: "sensor", name: "Energy", unit: "kWh" };
const hour = 3_600_000;

describe("what of a device is in memory", () => {
  it("is a record of what came since the piece of time began", () => {
    const device = new ChartedDevice([power, energy]);
    expect([device.running, device.recordedUntil(at(hour))]).toEqual([undefined, hour + 1]);
    device.add({ power: 1, energy: 5 }, at(300), at(400));
    device.add({ power: 3, energy: 6 }, at(300), at(60_400));
    const record = { at: 300, values: { power: 2, energy: 6 } };
    expect([device.running?.record(), device.recordedUntil(at(hour))]).toEqual([record, 300]);
    expect([device.end(), device.running, device.end()]).toEqual([record, undefined, undefined]);
  });

  it("goes on with the keys that stay when others are charted", () => {
    const device = new ChartedDevice([power]);
    device.add({ power: 1 }, at(300), at(400));
    expect(device.describe([{ ...power, name: "Leistung" }], at(500))).toBe(false);
    expect(device.describe([energy, power], at(500))).toBe(true);
    device.add({ power: 3, energy: 5 }, at(300), at(60_400));
    expect(device.end()).toEqual({ at: 300, values: { energy: 5, power: 2 } });
    expect(device.describe([power], at(60_500))).toBe(true);
    expect(device.entities).toEqual([power]);
  });

  it("tells which keys were shown, also as unknown", () => {
    const device = new ChartedDevice([power, energy]);
    expect(device.shownKeys()).toEqual([]);
    device.isNews({ values: { energy: null, serial: "x" }, lastSeen: at(0) }, at(hour));
    expect(device.shownKeys()).toEqual(["energy"]);
  });
});

describe("news of a device", () => {
  it("are new values of a device that was just seen", () => {
    const device = new ChartedDevice([power]);
    expect(device.isNews({ values: { power: 1 }, lastSeen: at(hour) }, at(hour))).toBe(true);
    expect(device.isNews({ values: { power: 1 }, lastSeen: at(2 * hour) }, at(2 * hour))).toBe(true);
  });

  it("are no restored values, no sign of life without values, and no value that expires", () => {
    const device = new ChartedDevice([power]);
    const values = { power: 1 };
    expect(device.isNews({ values, lastSeen: at(0) }, at(hour))).toBe(false);
    expect(device.isNews({ values, lastSeen: at(hour) }, at(hour))).toBe(false);
    expect(device.isNews({ values: { power: 2 }, lastSeen: at(hour) }, at(hour))).toBe(false);
    expect(device.isNews({ values: { power: 2 }, lastSeen: at(hour + 1) }, at(hour + 1))).toBe(true);
    expect(device.isNews({ values: { power: null }, lastSeen: at(hour + 1) }, at(2 * hour))).toBe(false);
  });

  it("go on when the clock is set back", () => {
    const device = new ChartedDevice([power]);
    device.isNews({ values: { power: 1 }, lastSeen: at(2 * hour) }, at(2 * hour));
    expect(device.isNews({ values: { power: 2 }, lastSeen: at(2 * hour) }, at(hour))).toBe(true);
  });
});
