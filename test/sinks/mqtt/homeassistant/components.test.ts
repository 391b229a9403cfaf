import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../../../src/model/device.js";
import { type DiscoveryContext, deviceComponents } from "../../../../src/sinks/mqtt/homeassistant/components.js";
import { commonEventTypes } from "../../../../src/sinks/mqtt/payloads.js";
import { Topics } from "../../../../src/sinks/mqtt/topics.js";
import { inverter } from "../descriptions.js";

const topics = new Topics("cloudtap", "homeassistant");
const context: DiscoveryContext = { topics, values: "json", version: "1.0.0" };
const components = deviceComponents(inverter, context);
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

  it("has nothing but its own for Cloudtap itself", () => {
    const entities = [{ key: "capture_roof", platform: "switch", name: "Capture roof" } as const];
    const found = deviceComponents({ ...inverter, entities, isBridge: true }, context);
    expect(Object.keys(found)).toEqual(["capture_roof"]);
    expect(found.capture_roof).toMatchObject({ command_topic: "cloudtap/solarman_2712345678/set/capture_roof" });
  });

  it("has the bridge's own entities for every device", () => {
    expect(components.last_seen).toMatchObject({ device_class: "timestamp", entity_category: "diagnostic" });
    expect(components.connection_status?.options).toEqual(["online", "asleep", "offline"]);
    expect(components.event).toMatchObject({
      platform: "event",
      state_topic: "cloudtap/solarman_2712345678/event",
      event_types: ["fault", "restart", ...commonEventTypes],
    });
  });

  it("tells where the cloud of a device stands, but not of one that is reached through another", () => {
    expect(components.cloud_mode).toMatchObject({
      platform: "sensor",
      name: "Cloud mode",
      options: ["relay", "local"],
    });
    expect(components.cloud_last_answer).toMatchObject({ device_class: "timestamp", name: "Cloud last answer" });
    for (const key of ["cloud_mode", "cloud_last_answer"])
      expect(components[key]).toMatchObject({ entity_category: "diagnostic", availability: onlyBridge });
    const child = deviceComponents({ ...inverter, viaDevice: "envoy_1" as DeviceId }, context);
    expect(Object.keys(child).filter((key) => key.startsWith("cloud_"))).toEqual([]);
  });

  it("sends commands to the setting's own topic and shows the confirmed value only", () => {
    expect(components.limit).toEqual({
      platform: "number",
      unique_id: "solarman_2712345678_limit",
      default_entity_id: "number.solarman_2712345678_limit",
      name: "Limit",
      entity_category: "config",
      unit_of_measurement: "%",
      value_template: "{{ value_json['limit'] }}",
      command_topic: "cloudtap/solarman_2712345678/set/limit",
      qos: 1,
      ...{ min: 10, max: 100, step: 1, mode: "box" },
    });
    for (const key of ["limit", "preset", "output", "light", "restart"]) {
      expect(components[key]?.command_topic).toBe(`cloudtap/solarman_2712345678/set/${key}`);
      expect(components[key]).not.toHaveProperty("retain");
      expect(components[key]).not.toHaveProperty("optimistic");
    }
  });

  it("gives a button no state, and a select no device class", () => {
    expect(components.restart).toMatchObject({ payload_press: "PRESS", device_class: "restart" });
    for (const key of ["value_template", "state_topic"]) expect(components.restart).not.toHaveProperty(key);
    expect(components.preset).toMatchObject({ platform: "select", options: ["eco", "boost"] });
    expect(components.preset).not.toHaveProperty("device_class");
  });

  it("switches with the words in which the state is told", () => {
    expect(components.output).toMatchObject({ payload_on: "enabled", state_on: "enabled", state_off: "disabled" });
    expect(components.light).toMatchObject({ payload_on: "True", state_on: "True", payload_off: "False" });
  });

  it("leaves out what cannot be announced yet, or at all", () => {
    for (const key of ["setpoint", "question"]) expect(components).not.toHaveProperty(key);
  });

  it("uses a topic per value where there is no state object", () => {
    const { ac_power, problem, pump, limit, light } = deviceComponents(inverter, {
      topics,
      values: "topics",
      version: "1.0.0",
    });
    expect(ac_power?.state_topic).toBe("cloudtap/solarman_2712345678/ac_power");
    expect(ac_power).not.toHaveProperty("value_template");
    expect(problem).toMatchObject({ payload_on: "true", payload_off: "false" });
    expect(pump).toMatchObject({ payload_on: "on", payload_off: "off" });
    expect(limit).toMatchObject({ state_topic: "cloudtap/solarman_2712345678/limit" });
    expect(light).toMatchObject({ payload_on: "true", state_on: "true", state_off: "false" });
  });
});
