import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../../src/model/device.js";
import type { EpochMs } from "../../../src/model/time.js";
import type { Item } from "../../../src/protocols/websentry/items.js";
import { UnitSession } from "../../../src/protocols/websentry/unit-session.js";

const device = "websentry_0090c20c02b3" as DeviceId;
const at = (ms: number) => ms as EpochMs;
const celsius: Item = { id: 0x010e, type: 0x09, kind: 0x2d, raw: 3 };
const fahrenheit: Item = { ...celsius, raw: 4 };
const humidity = (value: number): Item => ({ id: 0x0600, type: 0x06, value });
const room = (value: number, min: number, max: number): Item => ({ id: 0x2500, type: 0x08, value, min, max, step: 1 });

function setpoint(unit: UnitSession) {
  const { description } = unit.describe();
  const shown = description.entities.find((entity) => entity.key === "room_temp_setpoint");
  return { unit: shown?.unit, value: unit.settle(at(99))?.values.room_temp_setpoint };
}

describe("unit session", () => {
  it("gives out one reading of all replies, measured when the sensors were read", () => {
    const unit = new UnitSession(device, undefined, false);
    unit.take([fahrenheit], at(1));
    unit.take([humidity(53.4)], at(2));
    unit.take([{ id: 0x0111, type: 0x02, raw: 1 }], at(3));
    expect(unit.settle(at(9))).toEqual({
      device,
      measuredAt: 2,
      receivedAt: 9,
      live: true,
      values: { temperature_unit: "Fahrenheit", humidity: 53.4, system_mode: "Normal" },
    });
    expect(unit.settle(at(10))).toBeUndefined();
  });

  it("W28: takes the range of a setpoint from the newest answer", () => {
    const unit = new UnitSession(device, undefined, false);
    unit.take([fahrenheit, room(83, 55, 95)], at(1));
    expect(unit.notes.ranges.get("room_temp_setpoint")).toEqual({ min: 55, max: 95, step: 1 });
    unit.take([celsius, room(28, 12, 35)], at(2));
    expect(unit.notes.ranges.get("room_temp_setpoint")).toEqual({ min: 12, max: 35, step: 1 });
    expect(setpoint(unit)).toEqual({ unit: "°C", value: 28 });
  });

  it("W28: forgets a setpoint of an earlier session when the unit changed since", () => {
    const before = new UnitSession(device, undefined, false);
    before.take([celsius, room(28, 12, 35)], at(1));
    const remembered = { facts: before.describe().facts ?? {}, values: before.settle(at(2))?.values ?? {} };
    const unit = new UnitSession(device, remembered, false);
    expect(unit.voided(at(3))).toBeUndefined();
    unit.take([fahrenheit], at(3));
    expect(unit.voided(at(3))).toMatchObject({ measuredAt: undefined, values: { room_temp_setpoint: null } });
    expect(unit.voided(at(3))).toBeUndefined();
    expect(setpoint(unit)).toEqual({ unit: "°F", value: null });
  });

  it("W28: keeps a setpoint of an earlier session while the unit stays", () => {
    const before = new UnitSession(device, undefined, false);
    before.take([celsius, room(28, 12, 35)], at(1));
    const remembered = { facts: before.describe().facts ?? {}, values: before.settle(at(2))?.values ?? {} };
    const unit = new UnitSession(device, remembered, false);
    unit.take([celsius], at(3));
    expect(setpoint(unit)).toEqual({ unit: "°C", value: undefined });
  });

  it("W28: holds a setpoint back while the cloud's change of the unit was not read back", () => {
    const unit = new UnitSession(device, undefined, false);
    unit.take([fahrenheit, room(83, 55, 95)], at(1));
    unit.settle(at(1));
    unit.temperatureUnitWritten();
    unit.take([room(28, 12, 35)], at(2));
    expect(setpoint(unit)).toEqual({ unit: "°F", value: undefined });
    unit.take([celsius], at(3));
    expect(setpoint(unit)).toEqual({ unit: "°C", value: 28 });
  });

  it("W28: knows no range of a setpoint between a change of the unit and its next answer", () => {
    const unit = new UnitSession(device, undefined, false);
    unit.take([fahrenheit, room(83, 55, 95)], at(1));
    unit.temperatureUnitWritten();
    expect(unit.isUnitInDoubt).toBe(true);
    unit.take([celsius], at(2));
    expect(unit.isUnitInDoubt).toBe(false);
    expect(unit.notes.ranges.has("room_temp_setpoint")).toBe(false);
    unit.temperatureUnitWritten();
    unit.take([room(83, 55, 95)], at(3));
    expect(unit.notes.ranges.has("room_temp_setpoint")).toBe(false);
    unit.take([fahrenheit], at(4));
    expect(unit.notes.ranges.get("room_temp_setpoint")).toEqual({ min: 55, max: 95, step: 1 });
  });

  it("W28: lets it go when the unit refused the change", () => {
    const unit = new UnitSession(device, undefined, false);
    unit.take([fahrenheit], at(1));
    unit.temperatureUnitWritten();
    unit.take([room(84, 55, 95)], at(2));
    unit.temperatureUnitRefused();
    expect(setpoint(unit)).toEqual({ unit: "°F", value: 84 });
  });

  it("W21: counts what was read and what changed, from one session to the next", () => {
    const before = new UnitSession(device, undefined, false);
    before.take([humidity(50)], at(1));
    const remembered = { facts: before.describe().facts ?? {}, values: before.settle(at(2))?.values ?? {} };
    const unit = new UnitSession(device, remembered, false);
    unit.take([humidity(51)], at(3));
    unit.take([humidity(51)], at(4));
    expect(unit.notes.statistics.of("humidity")).toEqual({ queries: 3, changes: 1, lastChangeAt: 3, raw: "0601fe" });
  });

  it("announces what earlier sessions showed, so that nothing vanishes", () => {
    const before = new UnitSession(device, undefined, false);
    before.take([humidity(50)], at(1));
    const unit = new UnitSession(device, { facts: before.describe().facts ?? {}, values: {} }, false);
    expect(unit.describe().description.entities.map((entity) => entity.key)).toEqual(["humidity"]);
  });

  it("announces nothing for a status, and makes a value unknown that became one", () => {
    const unit = new UnitSession(device, undefined, false);
    unit.take([{ id: 0x0600, type: 0x01, code: 5 }], at(1));
    expect(unit.settle(at(1))).toBeUndefined();
    expect(unit.describe().description.entities).toEqual([]);
    unit.take([humidity(50)], at(2));
    unit.take([{ id: 0x0600, type: 0x01, code: 5 }], at(3));
    expect(unit.settle(at(4))?.values).toEqual({ humidity: null });
  });

  it("announces no input that is wired to nothing", () => {
    const unit = new UnitSession(device, undefined, false);
    unit.take([{ id: 0x0800, type: 0x09, kind: 0x2e, raw: 2 }], at(1));
    expect(unit.describe().description.entities).toEqual([]);
    expect(unit.settle(at(2))?.values).toEqual({ digital_input_00: "N/A" });
  });

  it("reports a state without a label once and a wild value each time", () => {
    const unit = new UnitSession(device, undefined, false);
    const starting: Item = { id: 0x1612, type: 0x02, raw: 5 };
    const kinds = (items: readonly Item[]) => unit.take(items, at(1)).map((finding) => finding.kind);
    expect([kinds([starting]), kinds([starting])]).toEqual([["unlabelled_value"], []]);
    expect([kinds([humidity(120)]), kinds([humidity(120)])]).toEqual([["implausible_value"], ["implausible_value"]]);
  });

  it("keeps the newest answer as it came, also where that is no value", () => {
    const unit = new UnitSession(device, undefined, false);
    const rawOf = (key: string) => unit.notes.statistics.of(key).raw;
    unit.take([humidity(53.4), { id: 0x2501, type: 0x01, code: 5 }], at(1));
    expect([rawOf("humidity"), rawOf("pool_temp_setpoint")]).toEqual(["060216", undefined]);
    unit.take([{ id: 0x0600, type: 0x01, code: 5 }], at(2));
    expect(rawOf("humidity")).toBe("0105");
  });
});
