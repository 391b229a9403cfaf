import { describe, expect, it } from "vitest";
import { asControl } from "../../../src/protocols/websentry/control-entities.js";
import { DeviceNotes } from "../../../src/protocols/websentry/device-notes.js";
import { propertyEntities } from "../../../src/protocols/websentry/entities.js";
import { propertyByKey } from "../../../src/protocols/websentry/property-table.js";

function control(key: string, facts: object = {}) {
  const id = propertyByKey(key)?.id ?? -1;
  const found = propertyEntities("°F").find((row) => row.id === id);
  if (found === undefined) throw new Error(`no entity ${key}`);
  return asControl(id, found.entity, new DeviceNotes(facts as never));
}

describe("entities that can be written", () => {
  it("are numbers with the range, step and unit that the unit told", () => {
    expect(control("pool_temp_setpoint", { ranges: { pool_temp_setpoint: [60, 108, 1] } })).toMatchObject({
      ...{ platform: "number", deviceClass: "temperature", unit: "°F", range: { min: 60, max: 108, step: 1 } },
    });
    expect(control("humidity_setpoint")).not.toHaveProperty("range");
    expect(control("purge_duration", { ranges: { purge_duration: [0, 60, 0] } })).toMatchObject({
      ...{ category: "config", range: { step: 1 } },
    });
  });

  it("are selects, switches, buttons and texts as the table says", () => {
    expect(control("temperature_unit")).toMatchObject({
      ...{ platform: "select", options: ["Celsius", "Fahrenheit"], category: "config", enabled: false },
    });
    expect(control("blower_enabled")).toMatchObject({ platform: "switch", onOff: ["On", "Off"] });
    expect(control("blower_enabled")).not.toHaveProperty("category");
    expect(control("modbus_enabled")).toMatchObject({ platform: "switch", onOff: ["Yes", "No"] });
    expect(control("restart")).toMatchObject({ platform: "button", deviceClass: "restart", enabled: false });
    expect(control("clear_fault")).toMatchObject({ platform: "button", enabled: false });
    expect(control("filter_change_date")).toMatchObject({ platform: "text", pattern: "\\d{4}-\\d{2}-\\d{2}" });
  });

  it("carry nothing that only a sensor may have", () => {
    for (const key of ["temperature_unit", "blower_enabled", "schedule_3_days"]) {
      expect(control(key)).not.toHaveProperty("deviceClass");
    }
  });

  it("are as they were where nobody was ever seen to write", () => {
    expect(control("high_pressure_limit").platform).toBe("sensor");
    expect(control("room_temp").platform).toBe("sensor");
  });
});
