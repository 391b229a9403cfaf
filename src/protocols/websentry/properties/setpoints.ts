// biome-ignore-all format: one property a line
import type { PropertyRow } from "./row.js";

/** Blocks 0x25 and 0x26: setpoints. Source: docs/protocols/websentry.md §11. */
export const setpointsProperties: readonly PropertyRow[] = [
  { id: 0x2500, key: "room_temp_setpoint", name: "Room temperature setpoint", group: "settings", type: 0x08, sample: "00530037005f01", unitFrom: 0x010e, setType: 0x03, sourceName: "set_room_temp_f", confidence: "high", entity: { control: "number", primary: true, deviceClass: "temperature" } },
  { id: 0x2501, key: "humidity_setpoint", name: "Room humidity setpoint", group: "settings", type: 0x08, sample: "00370023005501", unit: "%", setType: 0x03, sourceName: "set_humidity_percent", confidence: "high", entity: { control: "number", primary: true, deviceClass: "humidity" } },
  { id: 0x2502, key: "pool_temp_setpoint", name: "Pool temperature setpoint", group: "settings", type: 0x08, sample: "0051003c006c01", unitFrom: 0x010e, setType: 0x03, sourceName: "set_pool_temp_f", confidence: "high", hazard: "Heats a large body of water: a wrong value costs money for days.", entity: { control: "number", primary: true, deviceClass: "temperature", icon: "mdi:pool-thermometer" } },
  { id: 0x2503, key: "economizer_min_temp", name: "Economizer minimum temperature", group: "settings", type: 0x08, sample: "00590028005a01", unitFrom: 0x010e, setType: 0x03, sourceName: "set_economizer_min_temp_f", confidence: "high", entity: { control: "number", deviceClass: "temperature", diagnostic: true, enabled: false } },
  { id: 0x2504, key: "freezestat_temp", name: "Freezestat temperature", group: "settings", type: 0x08, sample: "002c0014003701", unitFrom: 0x010e, setType: 0x03, sourceName: "set_freezestat_f", confidence: "high", hazard: "Frost protection of the supply air.", entity: { control: "number", deviceClass: "temperature", diagnostic: true, enabled: false } },
  { id: 0x2505, key: "purge_shutoff_temp", name: "Purge shutoff temperature", group: "settings", type: 0x08, sample: "00370028004601", unitFrom: 0x010e, setType: 0x03, sourceName: "set_purge_shutoff_f", confidence: "high", entity: { control: "number", deviceClass: "temperature", diagnostic: true, enabled: false } },
  { id: 0x2506, key: "heat_recovery_temp", name: "Heat recovery temperature", group: "settings", type: 0x08, sample: "00400028004601", unitFrom: 0x010e, setType: 0x03, sourceName: "set_heat_recovery_f", confidence: "high", entity: { control: "number", deviceClass: "temperature", diagnostic: true, enabled: false } },
  { id: 0x2508, key: "supply_air_setpoint", name: "Supply air setpoint", group: "settings", type: 0x08, sample: "00540023009601", unitFrom: 0x010e, sourceName: "set_supply_air_f", confidence: "low", entity: { deviceClass: "temperature", diagnostic: true, enabled: false } },
  { id: 0x250c, key: "ac_disable_temp", name: "A/C disable temperature", group: "settings", type: 0x08, sample: "003d0028004601", unitFrom: 0x010e, setType: 0x03, sourceName: "set_disable_ac_at_f", confidence: "high", entity: { control: "number", deviceClass: "temperature", diagnostic: true, enabled: false } },
  { id: 0x250d, key: "prop_0x250d", group: "settings", type: 0x08, sample: "00370023005501", confidence: "medium", note: "Follows 0x2501: perhaps the humidity setpoint in force." },
  { id: 0x2512, key: "humidity_setpoint_unoccupied", name: "Room humidity setpoint unoccupied", group: "none", type: 0x08, unit: "%", sourceName: "set_humidity_unoccupied_percent", confidence: "low", note: "Named by the source, missing in its table: type assumed.", entity: { deviceClass: "humidity", diagnostic: true, enabled: false } },
  { id: 0x2513, key: "room_temp_setpoint_unoccupied", name: "Room temperature setpoint unoccupied", group: "none", type: 0x08, unitFrom: 0x010e, sourceName: "set_room_temp_unoccupied_f", confidence: "low", note: "Named by the source, missing in its table: type assumed.", entity: { deviceClass: "temperature", diagnostic: true, enabled: false } },
  { id: 0x2520, key: "prop_0x2520", group: "settings", type: 0x08, sample: "00040000001e01" },
  { id: 0x2521, key: "prop_0x2521", group: "settings", type: 0x08, sample: "00050000000a01" },
  { id: 0x2522, key: "prop_0x2522", group: "settings", type: 0x08, sample: "00030000001e01" },
  { id: 0x2528, key: "prop_0x2528", group: "settings", type: 0x08, sample: "001e0000003201" },
  { id: 0x2540, key: "prop_0x2540", group: "settings", type: 0x08, sample: "00040000001e01" },
  { id: 0x2541, key: "prop_0x2541", group: "settings", type: 0x08, sample: "00050000000a01" },
  { id: 0x2542, key: "prop_0x2542", group: "settings", type: 0x08, sample: "00030000001e01" },
  { id: 0x2546, key: "prop_0x2546", group: "settings", type: 0x08, sample: "00050000000a01" },
  { id: 0x2548, key: "prop_0x2548", group: "settings", type: 0x08, sample: "001e0000003201" },
  { id: 0x254c, key: "prop_0x254c", group: "settings", type: 0x08, sample: "00320000000a01", confidence: "medium", note: "50 in a range of 0 to 10: a value can lie outside its own range." },
  { id: 0x2600, key: "prop_0x2600", group: "settings", type: 0x01, sample: "04" },
];
