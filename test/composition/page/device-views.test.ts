import { describe, expect, it } from "vitest";
import {
  type DeviceFacts,
  deviceViewOf,
  sparkEntityOf,
  summaryOf,
} from "../../../src/composition/page/device-views.js";
import type { KnownDevice } from "../../../src/devices/known-device.js";
import type { DeviceId } from "../../../src/model/device.js";
import type { Encryption } from "../../../src/model/encryption.js";
import type { EntityDescription } from "../../../src/model/entity.js";
import type { EpochMs } from "../../../src/model/time.js";
import type { Values } from "../../../src/model/value.js";

const at = (ms: number) => ms as EpochMs;
const power: EntityDescription = {
  key: "power",
  platform: "sensor",
  name: "Power",
  unit: "W",
  stateClass: "measurement",
};
const total: EntityDescription = {
  key: "energy_total",
  platform: "sensor",
  name: "Energy",
  unit: "kWh",
  total: "lifetime",
};
const firmware: EntityDescription = { key: "firmware", platform: "sensor", name: "Firmware", category: "diagnostic" };
const setpoint: EntityDescription = {
  ...{ key: "setpoint", platform: "number", name: "Setpoint", unit: "%", category: "config" },
  range: { min: 30, max: 70, step: 1 },
};

function known(entities: readonly EntityDescription[], values: Values, more: Partial<KnownDevice> = {}): KnownDevice {
  const id = "acme_1" as DeviceId;
  return {
    description: { id, protocol: "acme", name: "Roof", model: "A1", entities, eventTypes: [] },
    ...{ status: "online", available: true, values, lastSeen: at(5), relay: "roof", intervalS: 300 },
    ...more,
  };
}

function facts(device: KnownDevice, more: Partial<DeviceFacts> = {}): DeviceFacts {
  return {
    ...{ known: device, relay: { cloud: "auto", control: true }, waiting: 2, problems: [] },
    ...{ statistics: new Map(), receivedAt: new Map(), charted: [], hasProperties: false, hasEnergy: false },
    children: [],
    ...more,
  };
}

describe("a device in the overview", () => {
  it("shows what has no category first, known values alone, at most six", () => {
    const more = Array.from({ length: 8 }, (_, index): EntityDescription => {
      return { key: `k${index}`, platform: "sensor", name: `K${index}` };
    });
    const values = {
      power: 412,
      energy_total: 81.8,
      firmware: "1",
      ...Object.fromEntries(more.map(({ key }) => [key, 1])),
    };
    const off: EntityDescription = { key: "off", platform: "sensor", name: "Off", enabled: false };
    const device = known([firmware, off, power, total, { ...power, key: "unknown" }, ...more], {
      ...values,
      off: 1,
      unknown: null,
    });
    const keys = summaryOf(facts(device)).highlights.map(({ key }) => key);
    expect(keys).toEqual(["power", "energy_total", "k0", "k1", "k2", "k3"]);
  });

  it("tells who answers it, who is to, and what waits for its cloud", () => {
    const cloud = { mode: "local", lastAnswerAt: at(3) } as const;
    expect(summaryOf(facts(known([power], { power: 1 }, { cloud }))).cloud).toEqual({
      ...{ policy: "auto", mode: "local", lastAnswerAt: 3, waiting: 2 },
    });
  });

  it("has no cloud of its own behind another device, or where its relay is gone", () => {
    const device = known([power], { power: 1 });
    const behind = { ...device, description: { ...device.description, viaDevice: "envoy_1" as DeviceId } };
    expect(summaryOf(facts(behind))).toMatchObject({ via: "envoy_1" });
    expect(summaryOf(facts(behind)).cloud).toBeUndefined();
    const { relay: _gone, ...rest } = facts(device);
    expect(summaryOf(rest).cloud).toBeUndefined();
  });

  it("draws the first measurement that has a number", () => {
    expect(sparkEntityOf(known([total, power], { power: 4, energy_total: 1 }))).toBe(power);
    expect(sparkEntityOf(known([total, power], { power: null, energy_total: 1 }))).toBeUndefined();
  });
});

describe("a device as a whole", () => {
  it("lists each value with its age and counts, also one without an entity", () => {
    const statistics = new Map([["power", { reads: 7, changes: 3, changedAt: at(4) }]]);
    const view = deviceViewOf(
      facts(known([power], { power: 1, odd: "x" }), { statistics, receivedAt: new Map([["power", at(5)]]) }),
    );
    expect(view.values).toEqual([
      {
        ...{ key: "power", name: "Power", value: 1, unit: "W", platform: "sensor", enabled: true },
        ...{ reads: 7, changes: 3, changedAt: 4, receivedAt: 5 },
      },
      {
        ...{ key: "odd", name: "odd", value: "x", platform: "sensor", enabled: false, category: "diagnostic" },
        ...{ reads: 0, changes: 0 },
      },
    ]);
  });

  it("lets write what has a range, under control alone", () => {
    const device = known([setpoint, { ...setpoint, key: "unranged", name: "No" }], { setpoint: 50 });
    const settings = (view: ReturnType<typeof deviceViewOf>) =>
      view.values.flatMap(({ key, setting }) => (setting === undefined ? [] : [[key, setting]]));
    const unranged = { ...device.description, entities: [setpoint, without(setpoint)] };
    expect(settings(deviceViewOf(facts({ ...device, description: unranged })))).toEqual([
      ["setpoint", { platform: "number", range: { min: 30, max: 70, step: 1 } }],
    ]);
    expect(settings(deviceViewOf(facts(device, { relay: { cloud: "relay", control: false } })))).toEqual([]);
  });

  it("tells what it is where that is known", () => {
    const device = known([power], { power: 1 }, { address: "192.0.2.7" });
    const description = {
      ...device.description,
      manufacturer: "Acme",
      swVersion: "2",
      hwVersion: "b",
      serialNumber: "9",
    };
    const encryption: Encryption = {
      ...{ state: "refused", since: at(1), relay: "roof", address: "192.0.2.7", target: "cloud", reason: "no" },
    };
    expect(deviceViewOf(facts({ ...device, description, encryption }))).toMatchObject({
      ...{ manufacturer: "Acme", swVersion: "2", hwVersion: "b", serialNumber: "9", address: "192.0.2.7" },
      encryption: { state: "refused", since: 1, target: "cloud", reason: "no" },
    });
  });
});

function without({ range: _range, ...entity }: EntityDescription): EntityDescription {
  return { ...entity, key: "unranged" };
}
