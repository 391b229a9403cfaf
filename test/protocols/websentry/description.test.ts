import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../../src/model/device.js";
import type { Value } from "../../../src/model/value.js";
import { describeUnit } from "../../../src/protocols/websentry/description.js";
import { DeviceNotes, type TemperatureUnit } from "../../../src/protocols/websentry/device-notes.js";
import { entities } from "../../../src/protocols/websentry/entities.js";
import { properties } from "../../../src/protocols/websentry/properties.js";

const id = "websentry_0090c20c02b3" as DeviceId;

function described(ids: readonly number[], values: Readonly<Record<string, Value>> = {}, unit?: TemperatureUnit) {
  const notes = new DeviceNotes();
  notes.temperatureUnit = unit;
  for (const each of ids) notes.admit(each);
  return describeUnit({ id, notes, values: new Map(Object.entries(values)), control: false });
}

const entity = (key: string) => entities.find((each) => each.key === key);

describe("description of a unit", () => {
  it("W28: announces setpoints in the unit that the panel uses", () => {
    const unitOf = (unit: TemperatureUnit) => described([0x2500, 0x2501], {}, unit).entities.map((each) => each.unit);
    expect(unitOf("°F")).toEqual(["°F", "%"]);
    expect(unitOf("°C")).toEqual(["°C", "%"]);
  });

  it("W28: announces no temperature setpoint before its unit is known", () => {
    expect(described([0x2500, 0x2501]).entities.map((each) => each.key)).toEqual(["humidity_setpoint"]);
  });

  it("W28: announces sensors in °F whatever the panel uses", () => {
    expect(described([0x0601], {}, "°C").entities).toEqual([
      {
        key: "room_temp",
        platform: "sensor",
        name: "Room temperature",
        deviceClass: "temperature",
        unit: "°F",
        stateClass: "measurement",
        precision: 1,
      },
    ]);
  });

  it("announces only what the unit answered", () => {
    expect(described([]).entities).toEqual([]);
    expect(described([0x0281]).entities).toEqual([]);
    expect(described([0x0600]).entities.map((each) => each.key)).toEqual(["humidity"]);
  });

  it("takes versions, serial number and interval from the values", () => {
    const values = {
      firmware_version: "5.15.12",
      board_version: "7.0",
      serial_number: 123456789,
      cloud_connect_interval: 15,
    };
    expect(described([], values)).toMatchObject({
      name: "WebSentry 0c02b3",
      swVersion: "5.15.12",
      hwVersion: "7.0",
      serialNumber: "123456789",
      intervalS: 15,
    });
  });

  it("says nothing of an interval that it does not know", () => {
    expect(described([])).not.toHaveProperty("intervalS");
    expect(described([], { cloud_connect_interval: null })).not.toHaveProperty("intervalS");
  });

  it("announces a computed value as soon as there is one", () => {
    expect(described([], { dew_point: 50 }).entities.map((each) => each.key)).toEqual(["dew_point"]);
  });
});

describe("entities", () => {
  it("have keys that differ", () => {
    expect(new Set(entities.map((each) => each.key)).size).toBe(entities.length);
  });

  it("stand for every property that is worth one", () => {
    expect(entities).toHaveLength(properties.filter((row) => row.entity !== undefined).length + 3);
  });

  it("W28: show a state as an enum whose options differ", () => {
    const states = entities.filter((each) => each.deviceClass === "enum");
    expect(states.length).toBeGreaterThan(15);
    for (const { options = [], unit, stateClass } of states) {
      expect(options.length).toBeGreaterThan(1);
      expect(new Set(options).size).toBe(options.length);
      expect([unit, stateClass]).toEqual([undefined, undefined]);
    }
  });

  it("know for each binary sensor which words mean on and off", () => {
    const binary = entities.filter((each) => each.platform === "binary_sensor");
    expect(binary).toHaveLength(28);
    expect(binary.every((each) => each.onOff !== undefined)).toBe(true);
    expect(entity("dhcp_enabled")?.onOff).toEqual(["Yes", "No"]);
    expect(entity("digital_input_02")).toMatchObject({ deviceClass: "problem", onOff: ["On", "Off"], enabled: false });
    expect(entity("digital_output_00")).toMatchObject({ deviceClass: "running", enabled: false });
  });

  it("convert superheat as a difference", () => {
    expect(entity("superheat")?.deviceClass).toBe("temperature_delta");
  });

  it("name a month count without a class that knows no months", () => {
    expect(entity("filter_change_interval")).toMatchObject({ unit: "months" });
    expect(entity("filter_change_interval")).not.toHaveProperty("deviceClass");
  });
});
