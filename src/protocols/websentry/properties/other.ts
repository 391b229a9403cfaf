// biome-ignore-all format: one property a line
import type { PropertyRow } from "./row.js";

/** Blocks from 0x33: further serial ports, and what only Init carries. Source: docs/protocols/websentry.md §11. */
export const otherProperties: readonly PropertyRow[] = [
  { id: 0x3300, key: "port_b_enabled", name: "Port B enabled", group: "none", confidence: "low", note: "Named by the source, missing in its table.", entity: { diagnostic: true, enabled: false } },
  { id: 0x3301, key: "port_b_baud", name: "Port B baud rate", group: "none", confidence: "low", note: "Named by the source, missing in its table.", entity: { diagnostic: true, enabled: false } },
  { id: 0x3303, key: "port_b_frame_delay", name: "Port B frame delay", group: "none", unit: "ms", sourceName: "port_b_frame_delay_ms", confidence: "low", note: "Named by the source, missing in its table.", entity: { diagnostic: true, enabled: false } },
  { id: 0x3400, key: "port_c_enabled", name: "Port C enabled", group: "none", confidence: "low", note: "Named by the source, missing in its table.", entity: { diagnostic: true, enabled: false } },
  { id: 0x3401, key: "port_c_baud", name: "Port C baud rate", group: "none", confidence: "low", note: "Named by the source, missing in its table.", entity: { diagnostic: true, enabled: false } },
  { id: 0x3403, key: "port_c_frame_delay", name: "Port C frame delay", group: "none", unit: "ms", sourceName: "port_c_frame_delay_ms", confidence: "low", note: "Named by the source, missing in its table.", entity: { diagnostic: true, enabled: false } },
  { id: 0x3500, key: "port_d_enabled", name: "Port D enabled", group: "none", confidence: "low", note: "Named by the source, missing in its table.", entity: { diagnostic: true, enabled: false } },
  { id: 0x3501, key: "port_d_baud", name: "Port D baud rate", group: "none", confidence: "low", note: "Named by the source, missing in its table.", entity: { diagnostic: true, enabled: false } },
  { id: 0x3503, key: "port_d_frame_delay", name: "Port D frame delay", group: "none", unit: "ms", sourceName: "port_d_frame_delay_ms", confidence: "low", note: "Named by the source, missing in its table.", entity: { diagnostic: true, enabled: false } },
  { id: 0x3d00, key: "prop_0x3d00", group: "settings", type: 0x01, sample: "04" },
  { id: 0xff00, key: "init_marker", name: "Init marker", group: "init", type: 0x02, sample: "05", confidence: "low", note: "Only in Init, always 5; meaning unknown." },
];
