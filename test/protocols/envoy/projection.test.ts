import { describe, expect, it } from "vitest";
import { takeEvents } from "../../../src/protocols/envoy/events.js";
import { takeIntervals } from "../../../src/protocols/envoy/intervals.js";
import { projectEnvoy, projectInverters } from "../../../src/protocols/envoy/projection.js";
import { takeReadings } from "../../../src/protocols/envoy/readings.js";
import type { PerfReport } from "../../../src/protocols/envoy/report.js";
import { at, entryOf, eqid, event, interval, noon, reading, report } from "./reports.js";

function entered(changes: Partial<PerfReport>) {
  const entry = entryOf(report(changes));
  takeIntervals(entry);
  takeReadings(entry);
  takeEvents(entry);
  return entry;
}

function inverter(changes: Partial<PerfReport>) {
  return projectInverters(entered(changes))[0]?.readings ?? [];
}

function array(changes: Partial<PerfReport>) {
  return projectEnvoy(entered(changes)).readings;
}

describe("an inverter", () => {
  it("has one reading whose measurements expire 900 s after they were taken; energy does not", () => {
    const [only, ...more] = inverter({ intervals: [interval(1, { endDate: noon - 300 })], readings: [reading(1)] });
    expect(more).toEqual([]);
    expect(only).toMatchObject({
      device: "envoy_pcu_121",
      live: true,
      expiresAt: at(noon + 890),
      values: {
        power: 120,
        energy_total: 8.167,
        ac_voltage: 244,
        last_reading: "2025-06-15T15:04:50.000Z",
        sleeping: false,
      },
    });
    expect(only?.expiringKeys).toContain("power");
    expect(only?.expiringKeys).not.toContain("energy_total");
  });

  it("has two where power and volts were taken at different times", () => {
    const seven = reading(1, { stats: [244_000, 59_990, 30_000, 4_000, 29, 0, 0] });
    const readings = inverter({ intervals: [interval(1)], readings: [seven] });
    expect(readings.map(({ expiresAt, expiringKeys }) => [expiresAt, expiringKeys?.includes("power")])).toEqual([
      [at(noon + 900), true],
      [at(noon + 890), false],
    ]);
    expect(readings[1]?.values.energy_total).toBeUndefined();
  });

  it("that sleeps gives 0 W that does not expire; one that nobody heard of gives an unknown power", () => {
    expect(inverter({ events: [event(1)], intervals: [interval(1)] })[0]).toMatchObject({
      values: { power: 0, sleeping: true },
    });
    expect(inverter({ events: [event(1)], intervals: [interval(1)] })[0]?.expiringKeys).toBeUndefined();
    expect(inverter({ events: [event(1, { state: 1 })] })[0]?.values).toMatchObject({ power: null, sleeping: false });
  });

  it("keeps the channels of a twin apart", () => {
    const second = { eqid: eqid("121.2"), stats: [58_800] };
    const [only] = inverter({ intervals: [interval(1), interval(2, second)] });
    expect(only?.values).toMatchObject({
      power: 100,
      channel2_power: 200,
      energy_total: 8.167,
      channel2_energy_total: 16.333,
    });
    expect(only?.expiringKeys).toEqual(["power", "channel2_power"]);
  });

  it("names its open conditions", () => {
    const events = [event(1, { code: 512 }), event(2, { code: 4711 })];
    expect(inverter({ events })[0]?.values).toMatchObject({ problem: true, open_conditions: "512, 4711" });
    expect(inverter({ readings: [reading(1)] })[0]?.values).toMatchObject({ problem: false, open_conditions: "none" });
  });
});

describe("the array", () => {
  it("sums what is current of each inverter, and expires with the newest of it", () => {
    const other = { eqid: eqid("122.1"), endDate: noon - 300, stats: [14_700] };
    const old = { eqid: eqid("123.1"), endDate: noon - 1_200 };
    const [only] = array({ intervals: [interval(1), interval(2, other), interval(3, old)] });
    expect(only).toMatchObject({
      device: "envoy_122000000001",
      expiresAt: at(noon + 900),
      expiringKeys: ["power", "inverters_reporting"],
      values: { power: 150, inverters_reporting: 2, energy_total: 20.417, energy_today: 20.417 },
    });
  });

  it("is 0 W when all sleep, unknown when nothing is current", () => {
    expect(array({ events: [event(1)] })[0]).toMatchObject({ values: { power: 0, inverters_reporting: 0 } });
    const both = [event(1), event(2, { eqid: eqid("122"), state: 1 })];
    expect(array({ events: both })[0]?.values.power).toBeNull();
    expect(array({})[0]?.values).toMatchObject({ power: null, catching_up: false });
    expect(array({})[0]?.values.energy_total).toBeUndefined();
  });
});
