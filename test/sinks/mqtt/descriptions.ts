import type { DeviceDescription, DeviceId } from "../../../src/model/device.js";
import type { EntityDescription } from "../../../src/model/entity.js";

export const inverterId = "solarman_2712345678" as DeviceId;

/** One entity of every kind that a protocol may describe. */
export const everyKind: readonly EntityDescription[] = [
  {
    ...{ key: "ac_power", platform: "sensor", name: "AC power", deviceClass: "power", unit: "W" },
    ...{ stateClass: "measurement", precision: 1 },
  },
  {
    ...{ key: "energy_total", platform: "sensor", name: "Energy total", deviceClass: "energy", unit: "kWh" },
    ...{ stateClass: "total_increasing", total: "lifetime", maxPerHour: 10 },
  },
  {
    ...{ key: "energy_today", platform: "sensor", name: "Energy today", deviceClass: "energy", unit: "kWh" },
    total: "daily",
  },
  { key: "mode", platform: "sensor", name: "Mode", deviceClass: "enum", options: ["auto", "manual", "unknown_7"] },
  { key: "firmware", platform: "sensor", name: "Firmware", category: "diagnostic", alwaysAvailable: true },
  { key: "fan_speed", platform: "sensor", name: "Fan speed", unit: "rpm", stateClass: "measurement", icon: "mdi:fan" },
  { key: "last_report", platform: "sensor", name: "Last report", deviceClass: "timestamp", enabled: false },
  { key: "problem", platform: "binary_sensor", name: "Problem", deviceClass: "problem", category: "diagnostic" },
  { key: "pump", platform: "binary_sensor", name: "Pump", deviceClass: "running", onOff: ["on", "off"] },
  {
    ...{ key: "limit", platform: "number", name: "Limit", unit: "%", category: "config" },
    range: { min: 10, max: 100, step: 1 },
  },
  { key: "setpoint", platform: "number", name: "Setpoint", unit: "%" },
  { key: "preset", platform: "select", name: "Preset", deviceClass: "enum", options: ["eco", "boost"] },
  { key: "output", platform: "switch", name: "Output", deviceClass: "outlet", onOff: ["enabled", "disabled"] },
  { key: "light", platform: "switch", name: "Light" },
  { key: "restart", platform: "button", name: "Restart", deviceClass: "restart", category: "config" },
  { key: "question", platform: "text", name: "Question", pattern: "\\d+" },
];

export const inverter: DeviceDescription = {
  id: inverterId,
  protocol: "solarman",
  name: "Inverter",
  manufacturer: "Deye",
  model: "SUN600",
  swVersion: "1.53",
  hwVersion: "A2",
  serialNumber: "2712345678",
  entities: everyKind,
  eventTypes: ["fault", "restart"],
};

export const bareDevice: DeviceDescription = {
  id: "envoy_1" as DeviceId,
  protocol: "envoy",
  name: "Envoy",
  entities: [],
  eventTypes: [],
};
