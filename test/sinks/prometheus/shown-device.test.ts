import { describe, expect, it } from "vitest";
import type { EntityDescription } from "../../../src/model/entity.js";
import type { EpochMs } from "../../../src/model/time.js";
import type { Values } from "../../../src/model/value.js";
import { Definitions } from "../../../src/sinks/prometheus/definitions.js";
import { Room } from "../../../src/sinks/prometheus/room.js";
import { ShownDevice } from "../../../src/sinks/prometheus/shown-device.js";
import { recordLog } from "../../support/log-recorder.js";
import { described } from "./sink-setup.js";

const power: EntityDescription = { key: "power", platform: "sensor", name: "Power", unit: "W" };
const energy: EntityDescription = { key: "energy", platform: "sensor", name: "Energy", unit: "Wh", total: "lifetime" };
const setpoint: EntityDescription = { key: "setpoint", platform: "sensor", name: "Setpoint", unit: "°F" };
const mode: EntityDescription = { key: "mode", platform: "sensor", name: "Mode", options: ["Off", "On"] };

function setUp(announced: readonly EntityDescription[], table: readonly EntityDescription[] = [], limit = 100) {
  const room = new Room(limit, recordLog().log);
  const definitions = new Definitions(() => ({ entities: table }));
  const device = new ShownDevice(described("a", announced), definitions, room);
  return {
    ...{ device, room },
    read(values: Values, at = 0) {
      const times = { measuredAt: undefined, receivedAt: at as EpochMs };
      device.values = { ...device.values, ...values };
      device.refresh({ device: device.description.id, ...times, live: true, values });
    },
    /** With an age limit of a minute. */
    shown(now = 60_000) {
      const lines: string[] = [];
      device.forEach(now as EpochMs, 60_000, ({ name }, sample, word) =>
        lines.push([name, sample, word].filter((x) => x !== undefined).join(" ")),
      );
      return lines;
    },
  };
}

describe("a device in the metrics", () => {
  it("shows a gauge from its first reading until it is too old", () => {
    const { read, shown, device } = setUp([power]);
    device.values = { power: 5 };
    expect(shown()).toEqual([]);
    read({ power: 412 }, 1_000);
    expect(shown(61_000)).toEqual(["cloudtap_acme_power_watts 412"]);
    expect(shown(61_001)).toEqual([]);
  });

  it("shows one with a slower rhythm for half a pause longer, but none for a gap", () => {
    const { read, shown } = setUp([power]);
    read({ power: 412 }, 0);
    read({ power: 413 }, 100_000);
    expect(shown(250_000)).toHaveLength(1);
    expect(shown(250_001)).toEqual([]);
    read({ power: 414 }, 900_000);
    expect(shown(960_001)).toEqual([]);
  });

  it("shows a counter as it was kept, without a reading", () => {
    const { device, shown } = setUp([energy]);
    device.values = { energy: 2 };
    expect(shown(1_000)).toEqual(["cloudtap_acme_energy_joules_total 7200"]);
  });

  it("shows what the hub shows and not what the reading had", () => {
    const { read, shown, device } = setUp([power, energy]);
    read({ power: 412, energy: 0 });
    device.values = { power: 412, energy: 5_000 };
    expect(shown()).toContain("cloudtap_acme_energy_joules_total 18000000");
  });

  it("shows words beside numbers, and nothing of a value that became unknown", () => {
    const { read, shown } = setUp([power, mode]);
    read({ power: 1, mode: "On", firmware: "5.1" });
    expect(shown()).toEqual(["cloudtap_acme_power_watts 1", "cloudtap_acme_mode On"]);
    read({ power: null, mode: null });
    expect(shown()).toEqual(["cloudtap_acme_power_watts", "cloudtap_acme_mode"]);
  });

  it("counts in the unit of the device, also when that changes", () => {
    const { read, shown, device } = setUp([setpoint], [setpoint]);
    read({ setpoint: 86 });
    expect(shown()).toEqual(["cloudtap_acme_setpoint_celsius 30"]);
    device.describe(described("a", [{ ...setpoint, unit: "°C" }]));
    read({ setpoint: 31 });
    expect(shown()).toEqual(["cloudtap_acme_setpoint_celsius 31"]);
  });

  it("leaves out a value of the table that it does not announce: nobody knows its unit", () => {
    const { read, shown, device } = setUp([], [setpoint]);
    read({ setpoint: 86, extra: 3 });
    expect(shown()).toEqual(["cloudtap_acme_extra 3"]);
    device.describe(described("a", [setpoint]));
    read({ setpoint: 86 });
    expect(shown()).toContain("cloudtap_acme_setpoint_celsius 30");
    device.describe(described("a", []));
    expect(shown()).toEqual(["cloudtap_acme_extra 3"]);
  });

  it("leaves out a value that counts something else than the table says", () => {
    const { read, shown } = setUp([{ ...power, unit: "V" }], [power]);
    read({ power: 230 });
    expect(shown()).toEqual([]);
  });

  it("takes room for what it shows, twice where there are words, and gives it back", () => {
    const { read, device, room } = setUp([power, energy, mode], [], 4);
    read({ power: 1, mode: "On", energy: 3, more: 4 });
    expect(room.isCut).toBe(true);
    device.drop();
    expect(room.take(4)).toBe(true);
  });
});
