import { describe, expect, it } from "vitest";
import type { Value } from "../../../src/model/value.js";
import { DeviceNotes } from "../../../src/protocols/websentry/device-notes.js";
import { propertyByKey } from "../../../src/protocols/websentry/property-table.js";
import { writeItem } from "../../../src/protocols/websentry/write-item.js";

function written(key: string, value: Value) {
  const row = propertyByKey(key);
  if (row === undefined) throw new Error(`no property ${key}`);
  const ranges = { humidity_setpoint: [35, 85, 1], pool_temp_setpoint: [60, 108, 1], freezestat_temp: [-6, 12, 1] };
  return writeItem(row, value, new DeviceNotes({ ranges, temperature_unit: "°F" }));
}

describe("a value as it is written", () => {
  it.each<[string, Value, object]>([
    ["humidity_setpoint", 50, { id: 0x2501, type: 0x03, value: 50 }],
    ["pool_temp_setpoint", 82.4, { id: 0x2502, type: 0x03, value: 82 }],
    ["freezestat_temp", -6, { id: 0x2504, type: 0x03, value: 0xfffa }],
    ["schedule_3_days", "Sat", { id: 0x1162, type: 0x03, value: 10 }],
    ["temperature_unit", "Celsius", { id: 0x010e, type: 0x03, value: 3 }],
    ["blower_enabled", false, { id: 0x0c01, type: 0x03, value: 0 }],
    ["spectator_mode", true, { id: 0x101c, type: 0x03, value: 1 }],
    ["restart", true, { id: 0x011a, type: 0x03, value: 1 }],
    ["clear_fault", true, { id: 0x0286, type: 0x03, value: 604 }],
    ["filter_change_date", "2024-01-09", { id: 0x1000, type: 0x0a, text: "2024-01-09" }],
  ])("%s = %s", (key, value, item) => {
    expect(written(key, value)).toEqual(item);
  });

  it.each<[string, Value, RegExp]>([
    ["humidity_setpoint", 86, /from 35 to 85/],
    ["humidity_setpoint", Number.NaN, /no number/],
    ["room_temp_setpoint", 80, /not told its range yet/],
    ["schedule_3_days", "Someday", /none of its options/],
    ["filter_change_date", "2023-02-29", /no date/],
    ["filter_change_date", "soon", /no date/],
    ["high_pressure_limit", 500, /cannot be written/],
  ])("%s = %s is refused", (key, value, why) => {
    expect(written(key, value)).toMatch(why);
  });
});
