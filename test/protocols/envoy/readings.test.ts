import { describe, expect, it } from "vitest";
import { takeIntervals } from "../../../src/protocols/envoy/intervals.js";
import { takeReadings } from "../../../src/protocols/envoy/readings.js";
import { at, entryOf, eqid, interval, noon, reading, report } from "./reports.js";

function channelAfter(...readings: readonly ReturnType<typeof reading>[]) {
  const entry = entryOf(report({ readings }));
  const historic = takeReadings(entry);
  return { ...entry.books.channels.get("121.1"), historic, tally: Object.fromEntries(entry.tally), books: entry.books };
}

describe("readings", () => {
  it("show what the inverter answered, in our units", () => {
    const { reading: shown, power, joules, lastReadingAt } = channelAfter(reading(1));
    expect(shown).toEqual({
      at: noon - 10,
      expiresAt: at(noon + 890),
      values: {
        ac_voltage: 244,
        ac_frequency: 59.99,
        dc_voltage: 30,
        dc_current: 4,
        temperature: 29,
        conversion_error_seconds: 1,
        worst_error_cycles: 2,
      },
    });
    expect([power?.watts, joules, lastReadingAt]).toEqual([120, 0, noon - 10]);
  });

  it.each([3, 29, 901, 668_810])("show no power when they last %i s, but volts", (durationS) => {
    const { reading: shown, power } = channelAfter(reading(1, { durationS }));
    expect([shown?.values.ac_voltage, power]).toEqual([244, undefined]);
  });

  it("of seven values show no power, but volts", () => {
    const { reading: shown, power } = channelAfter(reading(1, { stats: [244_000, 59_990, 30_000, 4_000, -12, 0, 0] }));
    expect([shown?.values.temperature, power]).toEqual([-12, undefined]);
  });

  it("show the newest, in whatever order they come", () => {
    const older = reading(1, { date: noon - 400, stats: [200_000, 59_990, 30_000, 4_000, 20, 0, 0, 2_900] });
    expect(channelAfter(older, reading(2)).power?.watts).toBe(120);
    expect(channelAfter(reading(2), older).power?.watts).toBe(120);
  });

  it("are preferred to an interval that ends with them, and give way to a newer one", () => {
    const watts = [noon, noon - 60].map((date) => {
      const entry = entryOf(report({ intervals: [interval(1)], readings: [reading(1, { date })] }));
      takeIntervals(entry);
      takeReadings(entry);
      return entry.books.channels.get("121.1")?.power?.watts;
    });
    expect(watts).toEqual([120, 100]);
  });

  it("leave out values that cannot be, and report them", () => {
    const { reading: shown, tally } = channelAfter(reading(1, { stats: [2_440_000, 59_990, -1, 4_000, 29, 0, 0, -5] }));
    expect(Object.keys(shown?.values ?? {})).toEqual([
      "ac_frequency",
      "dc_current",
      "temperature",
      "conversion_error_seconds",
      "worst_error_cycles",
    ]);
    expect(tally).toEqual({ implausible_value: 3 });
  });

  it("that are old are stored records with their own time, each once", () => {
    const old = reading(1, { date: noon - 90_000, eqid: eqid("121.2") });
    const { historic, books } = channelAfter(old, reading(2));
    expect(historic).toEqual([
      {
        device: "envoy_pcu_121",
        measuredAt: at(noon - 90_000),
        receivedAt: at(noon),
        live: false,
        values: expect.objectContaining({ channel2_power: 120, channel2_ac_voltage: 244, channel2_temperature: 29 }),
      },
    ]);
    expect(takeReadings(entryOf(report({ readings: [old] }), noon, books))).toEqual([]);
  });
});
