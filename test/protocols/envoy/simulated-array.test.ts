import { describe, expect, it } from "vitest";
import { SimulatedArray, type SimulatedArrayOptions } from "../../../src/protocols/envoy/simulated-array.js";
import { at, Bookkeeper, noon } from "./reports.js";

function array(changes: Partial<SimulatedArrayOptions> = {}): SimulatedArray {
  return new SimulatedArray({ index: 0, inverters: 3, gridS: 300, backlog: 0, sunlight: () => 0.5, ...changes });
}

describe("a simulated array", () => {
  it("introduces its inverters, then sends an interval and a reading of each", () => {
    const roof = array();
    const first = roof.report(at(noon + 5));
    const second = roof.report(at(noon + 305));
    expect([first?.devices.length, second?.devices.length]).toEqual([3, 0]);
    expect(second?.intervals.map(({ endDate }) => endDate)).toEqual([noon + 300, noon + 300, noon + 300]);
    expect(second?.readings).toHaveLength(3);
  });

  it("shows a power in the books that fits its sun", () => {
    const roof = array();
    const keeper = new Bookkeeper();
    for (const later of [0, 300]) {
      const report = roof.report(at(noon + later));
      if (report !== undefined) expect(keeper.post(report).anomalies).toEqual([]);
    }
    expect(keeper.value("envoy_122000000000", "power")).toBeCloseTo(3 * 115, -2);
    expect(keeper.value("envoy_122000000000", "inverters_reporting")).toBe(3);
  });

  it("sends a backlog first in, first out, 500 a report, and nothing current before it is through", () => {
    const roof = array({ inverters: 10, backlog: 120 });
    const reports = [0, 1, 2].map((later) => roof.report(at(noon + later)));
    expect(reports.map((one) => one?.intervals.length)).toEqual([500, 500, 210]);
    expect(reports.map((one) => one?.readings.length)).toEqual([0, 0, 10]);
    const ends = reports.flatMap((one) => one?.intervals.map(({ endDate }) => endDate) ?? []);
    expect(ends).toEqual(ends.toSorted((a, b) => a - b));
  });

  it("falls asleep at dusk and says nothing until dawn", () => {
    let share = 0.5;
    const roof = array({ sunlight: () => share });
    roof.report(at(noon));
    share = 0;
    const dusk = roof.report(at(noon + 300));
    expect(dusk?.events.map(({ code, state }) => [code, state])).toEqual([
      [10009, 2],
      [10009, 2],
      [10009, 2],
    ]);
    expect(dusk?.intervals).toEqual([]);
    expect(roof.report(at(noon + 600))).toBeUndefined();
    share = 0.1;
    expect(roof.report(at(noon + 900))?.events.map(({ state }) => state)).toEqual([1, 1, 1]);
  });

  it("gives each Envoy and inverter a serial number of its own", () => {
    const [one, other] = [0, 1].map((index) => array({ index }).report(at(noon)));
    const serials = [one, other].flatMap((report) => [
      report?.envoy.serialNum,
      ...(report?.devices.map(({ eqid }) => eqid.text) ?? []),
    ]);
    expect(new Set(serials).size).toBe(8);
  });
});
