// biome-ignore-all format: one field a line
import type { SolarmanField } from "./row.js";

/** What every frame begins with: §2. Offsets count from its first byte. */
export const frameHeadFields: readonly SolarmanField[] = [
  { key: "start", offset: 0, type: "u8", note: "Always A5." },
  { key: "payload_length", offset: 1, type: "u16le" },
  { key: "control", offset: 3, type: "u8", note: "Always 10." },
  { key: "type", offset: 4, type: "u8" },
  { key: "server_sequence", offset: 5, type: "u8" },
  { key: "device_sequence", offset: 6, type: "u8" },
  { key: "logger_serial", offset: 7, type: "u32le" },
];

/** What every frame ends with: §2. Offsets count from behind the payload. */
export const frameTailFields: readonly SolarmanField[] = [
  { key: "checksum", offset: 0, type: "u8", note: "Sum of all bytes between A5 and here." },
  { key: "end", offset: 1, type: "u8", note: "Always 15." },
];

/** Head of a data record, 0x42: §5. Offsets count from the first payload byte, here and below. */
export const dataHeaderFields: readonly SolarmanField[] = [
  { key: "frame_type", offset: 0, type: "u8", note: "01 live, 81 stored." },
  { key: "sensor_type", offset: 1, type: "u16le" },
  { key: "total_working_time", offset: 3, type: "u32le", unit: "s", deviceClass: "duration", note: "Seconds of operation in life; stands still while unpowered." },
  { key: "power_on_time", offset: 7, type: "u32le", unit: "s", deviceClass: "duration" },
  { key: "offset_time", offset: 11, type: "u32le", unit: "s", note: "Unix time minus total working time; 0: not told the time since boot." },
  { key: "data_status", offset: 15, type: "u16le", confidence: "medium" },
  { key: "record_counter", offset: 17, type: "u32le", note: "+1 a record, stored ones included." },
];

/** Hello, 0x41: §4. How much of it is there depends on the firmware. */
export const helloFields: readonly SolarmanField[] = [
  { key: "frame_type", offset: 0, type: "u8", note: "02 in every capture." },
  { key: "total_working_time", offset: 1, type: "u32le", unit: "s", deviceClass: "duration" },
  { key: "power_on_time", offset: 5, type: "u32le", unit: "s", deviceClass: "duration" },
  { key: "offset_time", offset: 9, type: "u32le", unit: "s" },
  { key: "upload_period", offset: 13, type: "u8", min: 1, max: 60, unit: "min", deviceClass: "duration" },
  { key: "acquisition_period", offset: 14, type: "u8", min: 1, max: 255, unit: "s", deviceClass: "duration", confidence: "medium" },
  { key: "heartbeat_period", offset: 15, type: "u8", min: 10, max: 255, unit: "s", deviceClass: "duration" },
  { key: "max_devices", offset: 16, type: "u8", min: 1, max: 16, confidence: "medium" },
  { key: "signal_strength", offset: 17, type: "u8", min: 0, max: 100, unit: "%", stateClass: "measurement" },
  { key: "logger_firmware", offset: 19, type: "ascii", length: 40 },
  { key: "mac_address", offset: 59, type: "mac", note: "Never published." },
  { key: "ip_address", offset: 65, type: "ascii", length: 16 },
  { key: "sensor_count", offset: 83, type: "u8", min: 0, max: 16, confidence: "medium" },
  { key: "sensor_list", offset: 84, type: "u16le", confidence: "medium" },
  { key: "extended_version", offset: 89, type: "ascii", length: 40 },
  { key: "ssid", offset: 172, type: "ascii", length: 40, confidence: "medium", note: "Long variants only, place uncertain. Never published." },
];

/** WiFi info, 0x43: §6. */
export const wifiInfoFields: readonly SolarmanField[] = [
  { key: "frame_type", offset: 0, type: "u8" },
  { key: "total_working_time", offset: 1, type: "u32le" },
  { key: "power_on_time", offset: 5, type: "u32le" },
  { key: "offset_time", offset: 9, type: "u32le" },
  { key: "sub_id", offset: 13, type: "u8", confidence: "low" },
  { key: "ssid", offset: 15, type: "ascii", length: 30, confidence: "medium", note: "Never published." },
  { key: "signal_strength", offset: 45, type: "u8", min: 0, max: 100, unit: "%", confidence: "medium" },
];

/** Report, 0x48: §6. */
export const reportFields: readonly SolarmanField[] = [
  { key: "frame_type", offset: 0, type: "u8" },
  { key: "total_working_time", offset: 1, type: "u32le" },
  { key: "power_on_time", offset: 5, type: "u32le" },
  { key: "offset_time", offset: 9, type: "u32le" },
  { key: "status", offset: 13, type: "u8", confidence: "medium" },
  { key: "sub_type", offset: 14, type: "u8", confidence: "medium", note: "05: u32le time and 40 characters of firmware, or all FF; 01: counters." },
  { key: "content_length", offset: 15, type: "u8", confidence: "medium" },
];

/** The cloud's acknowledgement: §7. */
export const acknowledgementFields: readonly SolarmanField[] = [
  { key: "frame_type", offset: 0, type: "u8" },
  { key: "status", offset: 1, type: "u8" },
  { key: "unix_time", offset: 2, type: "u32le" },
  { key: "timezone_offset", offset: 6, type: "s16le", note: "Minutes east of UTC; outside -720 to 840 none is meant." },
];

/** Head of a command, 0x45: §8. The content follows at 15. */
export const commandFields: readonly SolarmanField[] = [
  { key: "frame_type", offset: 0, type: "u8" },
  { key: "sensor_type", offset: 1, type: "u16le", note: "0 is accepted." },
];

/** Head of an answer to a command, 0x15: §8. The content follows at 14. */
export const answerFields: readonly SolarmanField[] = [
  { key: "frame_type", offset: 0, type: "u8" },
  { key: "status", offset: 1, type: "u8" },
  { key: "total_working_time", offset: 2, type: "u32le" },
  { key: "power_on_time", offset: 6, type: "u32le" },
  { key: "offset_time", offset: 10, type: "u32le" },
];
