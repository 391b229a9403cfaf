// biome-ignore-all format: one field a line
import type { Quantity } from "./row.js";

/** What is computed from a micro-inverter's record; `measured_at` from every record's head. */
export const computedFields: readonly Quantity[] = [
  { key: "pv1_power", min: 0, max: 900, unit: "W", deviceClass: "power", stateClass: "measurement" },
  { key: "pv2_power", min: 0, max: 900, unit: "W", deviceClass: "power", stateClass: "measurement" },
  { key: "pv3_power", min: 0, max: 900, unit: "W", deviceClass: "power", stateClass: "measurement" },
  { key: "pv4_power", min: 0, max: 900, unit: "W", deviceClass: "power", stateClass: "measurement" },
  { key: "dc_power", min: 0, max: 3200, unit: "W", deviceClass: "power", stateClass: "measurement" },
  { key: "efficiency", min: 0, max: 110, unit: "%", stateClass: "measurement", confidence: "medium" },
  { key: "measured_at", deviceClass: "timestamp" },
];
