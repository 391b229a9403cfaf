import { describe, expect, it } from "vitest";
import { propertyEnums, typedEnums } from "../../../src/protocols/websentry/enums.js";
import type { PropertyRow } from "../../../src/protocols/websentry/properties/row.js";
import { properties } from "../../../src/protocols/websentry/properties.js";
import {
  hexId,
  idsOf,
  indexProperties,
  keyOf,
  kindOf,
  labelsOf,
  propertyById,
} from "../../../src/protocols/websentry/property-table.js";

const row: PropertyRow = { id: 0x0600, key: "humidity", name: "Room humidity", group: "sensors" };

describe("property table", () => {
  it("W13: holds 563 properties: 114 with a known meaning, 31 inputs and outputs", () => {
    expect(properties).toHaveLength(563);
    expect(properties.filter((each) => !each.key.startsWith("prop_"))).toHaveLength(145);
    expect(properties.filter((each) => each.setType !== undefined)).toHaveLength(20);
    expect(properties.filter((each) => each.plausible !== undefined)).toHaveLength(12);
  });

  it.each([
    [0x0101, "firmware_version"],
    [0x0103, "serial_number"],
    [0x0107, "clock_date"],
    [0x0108, "clock_time"],
    [0x010b, "time_zone"],
    [0x010e, "temperature_unit"],
    [0x0116, "software_variant"],
    [0x011a, "restart"],
    [0x0333, "cloud_connect_interval"],
    [0x0402, "ip_address"],
    [0x0600, "humidity"],
    [0x060a, "superheat"],
    [0x0610, "discharge_temp"],
    [0x0701, "blower_speed"],
    [0x1000, "filter_change_date"],
    [0x1001, "filter_change_interval"],
    [0x1122, "schedule_1_days"],
    [0x1164, "schedule_3_occupied_until"],
    [0x2300, "lon_access"],
    [0x2500, "room_temp_setpoint"],
    [0x250c, "ac_disable_temp"],
    [0x3503, "port_d_frame_delay"],
  ])("W13: names %i %s", (id, key) => {
    expect(propertyById(id)?.key).toBe(key);
    expect(propertyById(id)?.name).toMatch(/^[A-Z]/);
  });

  it("W14: holds 38 shared enums and 12 enums of one property", () => {
    expect(Object.keys(typedEnums)).toHaveLength(38);
    expect(Object.keys(propertyEnums)).toHaveLength(12);
    expect(typedEnums[0x2d]?.labels).toEqual({ 3: "Celsius", 4: "Fahrenheit" });
    expect(propertyEnums[0x0111]?.[0]).toBe("Startup");
  });

  it("W15: refuses two names for one property", () => {
    const renamed = { ...row, key: "room_humidity", name: "Humidity" };
    expect(() => indexProperties([row, renamed])).toThrow("0x0600 has two names: humidity and room_humidity");
  });

  it("W15: refuses one key or one name for two properties", () => {
    expect(() => indexProperties([row, { ...row, id: 0x0601, name: "Other" }])).toThrow("both named humidity");
    expect(() => indexProperties([row, { ...row, id: 0x0601, key: "other" }])).toThrow("both named Room humidity");
  });

  it("keeps the rows in the order of their ids", () => {
    const ids = properties.map((each) => each.id);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  });

  it("derives the key of a property without a meaning from its id", () => {
    expect(keyOf(0x0281)).toBe("prop_0x0281");
    expect(keyOf(0xabcd)).toBe("prop_0xabcd");
    expect(hexId(0x1)).toBe("0x0001");
  });

  it("groups the properties as the cloud asks for them", () => {
    const sizes = (["identity", "sensors", "outputs", "status", "settings"] as const).map(
      (group) => idsOf(group).length,
    );
    expect(sizes).toEqual([16, 12, 32, 29, 445]);
    expect(idsOf("identity").toSorted((a, b) => a - b)).toEqual(
      properties.filter((each) => each.group === "identity").map((each) => each.id),
    );
  });

  it("knows the labels of every entity that shows a state", () => {
    const states = properties.filter((each) => each.entity?.deviceClass === "enum" && each.key !== "spectator_mode");
    expect(states.filter((each) => Object.keys(labelsOf(each) ?? {}).length === 0)).toEqual([]);
  });

  it("tells the kind of a typed enum from its sample, or from the row where there is none", () => {
    const kind = (id: number) => kindOf(propertyById(id) ?? row);
    expect([kind(0x010b), kind(0x1182), kind(0x0600)]).toEqual([0x0b, 0x08, undefined]);
  });

  it("says °F or °C by 0x010e for nine setpoints and nothing else", () => {
    expect(properties.filter((each) => each.unitFrom !== undefined).map((each) => hexId(each.id))).toEqual([
      ...["0x2500", "0x2502", "0x2503", "0x2504", "0x2505", "0x2506", "0x2508", "0x250c", "0x2513"],
    ]);
  });
});
