import type { EntityDescription } from "../../../src/model/entity.js";

export const entities: readonly EntityDescription[] = [
  { key: "power", platform: "sensor", name: "Power", deviceClass: "power", unit: "W", stateClass: "measurement" },
  {
    key: "temperature",
    platform: "sensor",
    name: "Temperature",
    deviceClass: "temperature",
    unit: "°C",
    stateClass: "measurement",
    category: "diagnostic",
  },
  {
    key: "energy_total",
    platform: "sensor",
    name: "Energy",
    deviceClass: "energy",
    unit: "kWh",
    stateClass: "total_increasing",
    total: "lifetime",
    maxPerHour: 5,
  },
];
