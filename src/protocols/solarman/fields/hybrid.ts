// biome-ignore-all format: one field a line
import type { SolarmanField } from "./row.js";

/** Data of sensor type 0x5411: §5. One source (Kaitai file of Hypfer/deye-microinverter-cloud-free), no public capture; scales by Deye's registers. */
export const hybridFields: readonly SolarmanField[] = [
  { key: "inverter_serial", offset: 25, type: "ascii", length: 10, confidence: "medium" },
  { key: "model_text", offset: 41, type: "ascii", length: 28, confidence: "low" },
  { key: "battery_charge_today", offset: 95, type: "u16be", scale: 0.1, min: 0, max: 500, unit: "kWh", deviceClass: "energy", confidence: "medium" },
  { key: "battery_discharge_today", offset: 97, type: "u16be", scale: 0.1, min: 0, max: 500, unit: "kWh", deviceClass: "energy", confidence: "medium" },
  { key: "battery_charge_total", offset: 99, type: "u32be", scale: 0.1, min: 0, max: 1000000, unit: "kWh", deviceClass: "energy", stateClass: "total_increasing", confidence: "medium" },
  { key: "battery_discharge_total", offset: 103, type: "u32be", scale: 0.1, min: 0, max: 1000000, unit: "kWh", deviceClass: "energy", stateClass: "total_increasing", confidence: "medium" },
  { key: "grid_import_today", offset: 107, type: "u16be", scale: 0.1, min: 0, max: 1000, unit: "kWh", deviceClass: "energy", confidence: "medium" },
  { key: "grid_export_today", offset: 109, type: "u16be", scale: 0.1, min: 0, max: 1000, unit: "kWh", deviceClass: "energy", confidence: "medium" },
  { key: "grid_import_total", offset: 111, type: "u32be", scale: 0.1, min: 0, max: 10000000, unit: "kWh", deviceClass: "energy", stateClass: "total_increasing", confidence: "medium" },
  { key: "grid_export_total", offset: 115, type: "u32be", scale: 0.1, min: 0, max: 10000000, unit: "kWh", deviceClass: "energy", stateClass: "total_increasing", confidence: "medium" },
  { key: "load_today", offset: 119, type: "u16be", scale: 0.1, min: 0, max: 1000, unit: "kWh", deviceClass: "energy", confidence: "medium" },
  { key: "load_total", offset: 121, type: "u32be", scale: 0.1, min: 0, max: 10000000, unit: "kWh", deviceClass: "energy", stateClass: "total_increasing", confidence: "medium" },
  { key: "pv_energy_today", offset: 129, type: "u16be", scale: 0.1, min: 0, max: 500, unit: "kWh", deviceClass: "energy", confidence: "low", note: "By the order of registers this is 531 and today's total stands at 125." },
  { key: "pv1_energy_today", offset: 131, type: "u16be", scale: 0.1, min: 0, max: 500, unit: "kWh", deviceClass: "energy", confidence: "low", note: 'Marked "to do" in the source.' },
  { key: "pv2_energy_today", offset: 133, type: "u16be", scale: 0.1, min: 0, max: 500, unit: "kWh", deviceClass: "energy", confidence: "low" },
  { key: "pv_energy_total", offset: 135, type: "u32be", scale: 0.1, min: 0, max: 10000000, unit: "kWh", deviceClass: "energy", stateClass: "total_increasing", confidence: "medium" },
  { key: "battery_temperature", offset: 173, type: "s16be", scale: 0.1, bias: -1000, min: -40, max: 90, unit: "°C", deviceClass: "temperature", stateClass: "measurement", confidence: "medium" },
  { key: "battery_voltage", offset: 175, type: "u16be", scale: 0.01, min: 10, max: 900, unit: "V", deviceClass: "voltage", stateClass: "measurement", confidence: "medium", note: "0.1 V on high-voltage models; told apart by the result." },
  { key: "battery_soc", offset: 177, type: "u16be", min: 0, max: 100, unit: "%", deviceClass: "battery", stateClass: "measurement", confidence: "medium" },
  { key: "battery_power", offset: 181, type: "s16be", min: -32000, max: 32000, unit: "W", deviceClass: "power", stateClass: "measurement", confidence: "medium", note: "Positive while discharging. 10 W on high-voltage models." },
  { key: "battery_current", offset: 183, type: "s16be", scale: 0.01, min: -327, max: 327, unit: "A", deviceClass: "current", stateClass: "measurement", confidence: "medium" },
  { key: "battery_corrected_capacity", offset: 185, type: "u16be", min: 0, max: 5000, unit: "Ah", stateClass: "measurement", confidence: "low" },
  { key: "grid_voltage_l1", offset: 187, type: "u16be", scale: 0.1, min: 80, max: 300, zeroAllowed: true, unit: "V", deviceClass: "voltage", stateClass: "measurement", confidence: "medium" },
  { key: "grid_voltage_l2", offset: 189, type: "u16be", scale: 0.1, min: 80, max: 300, zeroAllowed: true, unit: "V", deviceClass: "voltage", stateClass: "measurement", confidence: "medium" },
  { key: "grid_voltage_l3", offset: 191, type: "u16be", scale: 0.1, min: 80, max: 300, zeroAllowed: true, unit: "V", deviceClass: "voltage", stateClass: "measurement", confidence: "medium" },
  { key: "grid_power_l1", offset: 201, type: "s16be", min: -20000, max: 20000, unit: "W", deviceClass: "power", stateClass: "measurement", confidence: "low", note: "Inner or outer current transformer: not known." },
  { key: "grid_power_l2", offset: 203, type: "s16be", min: -20000, max: 20000, unit: "W", deviceClass: "power", stateClass: "measurement", confidence: "low" },
  { key: "grid_power_l3", offset: 205, type: "s16be", min: -20000, max: 20000, unit: "W", deviceClass: "power", stateClass: "measurement", confidence: "low" },
];
