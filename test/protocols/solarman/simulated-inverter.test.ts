import { expect, it } from "vitest";
import { encodeMicroinverterRecord } from "../../../src/protocols/solarman/encoder.js";
import { SimulatedInverter } from "../../../src/protocols/solarman/simulated-inverter.js";
import { address, Dialogue, liveHead, start } from "./dialogue.js";

const hourMs = 3_600_000;

function inverterFrom(hour: number, speed = 1): SimulatedInverter {
  return new SimulatedInverter("2305100000", { realStart: start, simulatedStart: hour * hourMs, speed });
}

it("makes records without an anomaly all day long", () => {
  const inverter = inverterFrom(6);
  const dialogue = new Dialogue();
  for (let minute = 30; minute < 14 * 60; minute += 10) {
    const now = start + minute * 60_000;
    const head = { ...liveHead, totalS: liveHead.totalS + minute * 60, recordCounter: minute };
    dialogue.device(encodeMicroinverterRecord(address, head, inverter.values(now, head, 120)));
  }
  expect(dialogue.anomalies).toEqual([]);
  const readings = dialogue.decoded.flatMap((one) => one.readings);
  const powers = readings.map((reading) => Number(reading.values.power));
  expect(Math.max(...powers)).toBeGreaterThan(700);
  const totals = readings.map((reading) => Number(reading.values.energy_total));
  expect(totals).toEqual(totals.toSorted((a, b) => a - b));
  expect(Number(readings.at(-1)?.values.energy_today)).toBeGreaterThan(3);
});

it("loses its power at night and has it again after sunrise", () => {
  const inverter = inverterFrom(19);
  expect(inverter.isAwake(start)).toBe(true);
  const night = start + 3 * hourMs;
  expect(inverter.isAwake(night)).toBe(false);
  expect(inverter.isAwake(night + inverter.sleepMs(night))).toBe(true);
});

it("moves the sun faster than the energy", () => {
  const inverter = inverterFrom(8, 300);
  const later = start + 60_000;
  expect(inverter.values(later, liveHead, 0).power).toBeGreaterThan(
    Number(inverterFrom(8).values(start, liveHead, 0).power),
  );
  expect(inverter.values(later, liveHead, 0).energy_total).toBe(177.5);
});

it("begins the day's energy anew after midnight", () => {
  const inverter = inverterFrom(12);
  for (const hour of [1, 2, 3]) inverter.values(start + hour * hourMs, liveHead, 0);
  expect(inverter.values(start + 4 * hourMs, liveHead, 0).energy_today).toBeGreaterThan(1);
  expect(inverter.values(start + 13 * hourMs, liveHead, 0).energy_today).toBe(0);
});

it("obeys limit and switch", () => {
  const inverter = inverterFrom(13);
  inverter.registers.set(40, 10);
  expect(inverter.values(start, liveHead, 0).power).toBe(80);
  inverter.registers.set(43, 2);
  expect(inverter.values(start, liveHead, 0)).toMatchObject({ power: 0, on_off: 2, active_power_limit: 10 });
  expect(inverter.isAwake(start)).toBe(true);
});
