// biome-ignore-all format: one property a line
import type { PropertyRow } from "./row.js";

/** Blocks 0x20 to 0x23: resolved cloud address, Modbus, LON. Source: docs/protocols/websentry.md §11. */
export const linksProperties: readonly PropertyRow[] = [
  { id: 0x2003, key: "cloud_ip", name: "Cloud address", group: "settings", type: 0x0c, sample: "36d0010b", sourceName: "resolved_websentry_ip", confidence: "high", note: "What the unit resolved for the name of its cloud: shows whether a DNS entry works.", entity: { diagnostic: true, enabled: false } },
  { id: 0x2100, key: "prop_0x2100", group: "settings", type: 0x01, sample: "04" },
  { id: 0x2101, key: "prop_0x2101", group: "settings", type: 0x01, sample: "04" },
  { id: 0x2103, key: "prop_0x2103", group: "settings", type: 0x01, sample: "04" },
  { id: 0x2200, key: "prop_0x2200", group: "settings", type: 0x04, sample: "0003", confidence: "medium", note: "The only property of type 0x04; perhaps the Modbus address." },
  { id: 0x2201, key: "modbus_enabled", name: "Modbus", group: "settings", type: 0x09, sample: "0000", setType: 0x03, sourceName: "set_modbus_enabled", confidence: "medium", hazard: "Lets another bus write to the unit.", entity: { control: "switch", deviceClass: "enum", diagnostic: true, enabled: false } },
  { id: 0x2300, key: "lon_access", name: "LON access", group: "settings", type: 0x09, sample: "2c00", sourceName: "lon_enabled", confidence: "high", hazard: "Lets another bus write to the unit.", entity: { deviceClass: "enum", diagnostic: true, enabled: false } },
  { id: 0x2301, key: "prop_0x2301", group: "settings", type: 0x01, sample: "05" },
  { id: 0x2303, key: "lon_state", name: "LON state", group: "status", type: 0x02, sample: "00", sourceName: "TODO_state2303", confidence: "low", note: "Labels and block fit the LON link; unnamed by the source.", entity: { deviceClass: "enum", diagnostic: true, enabled: false } },
  { id: 0x2304, key: "prop_0x2304", group: "settings", type: 0x09, sample: "2b06" },
  { id: 0x2306, key: "prop_0x2306", group: "settings", type: 0x09, sample: "0000" },
];
