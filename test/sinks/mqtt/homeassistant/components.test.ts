import { describe, expect, it } from "vitest";
import { deviceComponents } from "../../../../src/sinks/mqtt/homeassistant/components.js";
import { Topics } from "../../../../src/sinks/mqtt/topics.js";
import { inverter } from "../descriptions.js";

const topics = new Topics("cloudtap", "homeassistant");
const components = deviceComponents(inverter, { topics, values: "json", version: "1.0.0" });
const onlyBridge = [{ topic: "cloudtap/bridge/state" }];

describe("components of a device", () => {
  it("says what a measurement is, and lets it go unavailable with the device", () => {
    expect(components.ac_power).toEqual({
      platform: "sensor",
      unique_id: "solarman_2712345678_ac_power",
      default_entity_id: "sensor.solarman_2712345678_ac_power",
      name: "AC power",
      device_class: "power",
      unit_of_measurement: "W",
      state_class: "measurement",
      suggested_display_precision: 1,
      value_template: "{{ value_json['ac_power'] }}",
    });
  });

  it("keeps totals, and what always is known, available while the device is away", () => {
    for (const key of ["energy_total", "energy_today", "firmware", "last_seen", "connection_status", "event"])
      expect(components[key]?.availability).toEqual(onlyBridge);
    for (const key of ["ac_power", "mode", "problem"]) expect(components[key]).not.toHaveProperty("availability");
  });

  it("gives the lifetime counter a state class and the daily one none", () => {
    expect(components.energy_total?.state_class).toBe("total_increasing");
    expect(components.energy_today).not.toHaveProperty("state_class");
  });

  it("reads booleans the way templates write them, and words as they are", () => {
    expect(components.problem).toMatchObject({
      payload_on: "True",
      payload_off: "False",
      entity_category: "diagnostic",
    });
    expect(components.pump).toMatchObject({ payload_on: "on", payload_off: "off" });
  });

  it("registers what is off by default without switching it on", () => {
    expect(components.last_report?.enabled_by_default).toBe(false);
  });

  it("has the bridge's own entities for every device", () => {
    expect(components.last_seen).toMatchObject({ device_class: "timestamp", entity_category: "diagnostic" });
    expect(components.connection_status?.options).toEqual(["online", "asleep", "offline"]);
    expect(components.event).toMatchObject({
      platform: "event",
      state_topic: "cloudtap/solarman_2712345678/event",
      event_types: ["fault", "restart", "anomaly", "command", "historic_reading"],
    });
  });

  it("uses a topic per value where there is no state object", () => {
    const { ac_power, problem, pump } = deviceComponents(inverter, { topics, values: "topics", version: "1.0.0" });
    expect(ac_power?.state_topic).toBe("cloudtap/solarman_2712345678/ac_power");
    expect(ac_power).not.toHaveProperty("value_template");
    expect(problem).toMatchObject({ payload_on: "true", payload_off: "false" });
    expect(pump).toMatchObject({ payload_on: "on", payload_off: "off" });
  });
});
