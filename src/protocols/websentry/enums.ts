// biome-ignore-all format: one enum a line
// biome-ignore-all lint/complexity/useSimpleNumberKeys: kinds and properties are known in hexadecimal
/** Labels of an enumerated value by its number. */
export type Labels = Readonly<Record<number, string>>;

export interface TypedEnum {
  readonly name: string;
  /** Empty where no label is known. */
  readonly labels: Labels;
  readonly note?: string;
}

/** Kinds of the typed enum (value type 0x09), shared between properties. Source: docs/protocols/websentry.md §9. */
export const typedEnums: Readonly<Record<number, TypedEnum>> = {
  0x00: { name: "no_yes", labels: { 0: "No", 1: "Yes" } },
  0x01: { name: "off_on", labels: { 0: "Off", 1: "On" } },
  0x02: { name: "disabled_enabled", labels: { 0: "Disabled", 1: "Enabled" } },
  0x03: { name: "auto_manual", labels: { 0: "Auto", 1: "Manual" } },
  0x06: { name: "rest_voltage", labels: { 0: "0 Volt", 1: "10 Volt" } },
  0x08: { name: "schedule_days", labels: { 0: "None", 1: "Daily", 2: "Mon-Fri", 3: "Sat-Sun", 4: "Sun", 5: "Mon", 6: "Tue", 7: "Wed", 8: "Thu", 9: "Fri", 10: "Sat" } },
  0x0b: { name: "time_zone", labels: { 0: "GMT", 1: "-03:30", 2: "AST", 3: "EST", 4: "CST", 5: "MST", 6: "PST", 7: "-09:00", 8: "-10:00" } },
  0x0d: { name: "baud_rate", labels: { 0: "1200", 1: "2400", 2: "4800", 3: "9600", 4: "19200", 5: "28800", 6: "57600", 7: "38400", 8: "76800", 9: "115200" } },
  0x0e: { name: "data_bits", labels: { 0: "8 bits", 1: "7 bits" } },
  0x0f: { name: "parity", labels: { 0: "None", 1: "Even", 2: "Odd", 3: "2 Stop Bits" } },
  0x10: { name: "serial_port_use", labels: { 0: "None", 1: "Control Board", 2: "Slave Board", 3: "LON", 4: "Modbus", 5: "Broadcast" } },
  0x12: { name: "refrigerant", labels: { 2: "R410A" }, note: "Incomplete." },
  0x13: { name: "stages", labels: { 0: "One Stage", 1: "Two Stages", 2: "Modulated", 3: "Modulated/Staged", 4: "Stage-Modulation" } },
  0x14: { name: "control_method", labels: { 0: "Deg*Min", 1: "PID", 2: "Deg*Min Int" } },
  0x19: { name: "operating_mode", labels: { 0: "Init", 1: "Normal", 2: "Service" } },
  0x1b: { name: "board_version", labels: { 16: "7.0", 17: "7.1", 18: "7.2", 19: "8.0", 20: "8.1", 21: "9.0" } },
  0x1c: { name: "sensor_type", labels: {}, note: "No label is known. 2 stands at every temperature probe, 7 at humidity, 14 at high and 12 at low pressure, 11 at superheat." },
  0x21: { name: "season", labels: { 0: "Disabled", 1: "All Year", 2: "Summer Only" } },
  0x23: { name: "sensor_access", labels: { 0: "None", 1: "Default", 2: "View Only", 3: "Control Only" } },
  0x24: { name: "analog_input_port", labels: {}, note: "Terminals; 0 is none." },
  0x25: { name: "analog_output_port", labels: { 0: "None", 9: "Modbus" }, note: "1 to 7 are terminals without labels." },
  0x26: { name: "digital_input_port", labels: { 0: "None", 1: "DI01 (JCOM-9)", 2: "DI02 (J3-1)", 3: "DI03 (J3-2)", 4: "DI04 (J3-3)", 5: "DI05 (J3-4)", 6: "DI06 (J3-5)", 7: "DI07 (J3-6)", 8: "DI08 (J3-7)", 9: "DI09 (J7-1)", 10: "DI10 (J7-2)", 11: "DI11 (J7-3)", 12: "DI12 (J7-4)", 13: "DI13 (J7-5)", 14: "DI14 (J7-6)", 15: "DI15 (J7-7)", 16: "DI16 (J8-3)", 17: "DI17 (JDIN-1)", 18: "DI18 (JDIN-2)", 19: "DI19 (JDIN-3)", 20: "DI20 (JDIN-4)", 21: "DI21 (JDIN-5)", 25: "BMS" } },
  0x27: { name: "digital_output_port", labels: {}, note: "Terminals; 0 is none." },
  0x28: { name: "air_direction", labels: { 1: "AirDir=1?" }, note: "The source has only placeholders, 0 unknown." },
  0x29: { name: "heat_source", labels: { 0: "None", 1: "Compressor", 2: "Auxiliary", 3: "Compr & Aux" } },
  0x2a: { name: "compressor_2_use", labels: { 0: "Pool 2", 1: "Stage 2", 2: "Bypass" } },
  0x2b: { name: "port", labels: { 0: "None", 1: "Port 1/B", 2: "Port 2/C", 3: "Port 3/D", 4: "Port 4", 6: "None" }, note: "0 and 6 share a label." },
  0x2c: { name: "lon_access", labels: { 0: "Off", 1: "Read/Write", 2: "Read-Only" } },
  0x2d: { name: "temperature_unit", labels: { 3: "Celsius", 4: "Fahrenheit" } },
  0x2e: { name: "input_state", labels: { 0: "Off", 1: "On", 2: "N/A" } },
  0x2f: { name: "circuit_kind", labels: { 0: "Classic/Staged", 1: "Protocol/Modulated", 3: "None" } },
  0x30: { name: "stages_low_high", labels: { 0: "1 Stage", 1: "2 Stages", 2: "Modulated", 3: "Low/High" } },
  0x31: { name: "economizer_use", labels: { 0: "None", 1: "Full", 2: "Dehumidification", 3: "A/C" } },
  0x32: { name: "contact", labels: { 0: "Open", 1: "Closed" }, note: "How an input is wired, not its state." },
  0x36: { name: "stages_or_none", labels: { 0: "None", 1: "1 Stage", 2: "2 Stages", 3: "Modulated" } },
  0x37: { name: "circuits", labels: { 0: "None", 1: "Circuit 1", 2: "Circuit 2", 3: "All Circuits" } },
  0x38: { name: "stages_short", labels: { 0: "1 Stage", 1: "2 Stages", 2: "Modulated" } },
  0x3f: { name: "level", labels: { 0: "None", 1: "Level 1", 2: "Level 2", 3: "Level 3" } },
};

/** Labels of one property (value type 0x02), by property id. Source: docs/protocols/websentry.md §9. */
export const propertyEnums: Readonly<Record<number, Labels>> = {
  0x0111: { 0: "Startup", 1: "Normal", 2: "Service", 3: "Shut Down", 4: "Restart", 5: "Off", 6: "Night Time", 7: "Day Time", 8: "Event 1", 9: "Event 2" },
  0x0c03: { 0: "Power Up", 1: "Stopped", 2: "Running", 3: "Stopping", 4: "Pending Start", 5: "Stabilize", 6: "Alarm" },
  0x0e02: { 0: "Disabled", 1: "Idle", 2: "Cool", 3: "Heat", 4: "Hold", 5: "HoldCool", 6: "HoldHeat" },
  0x100f: { 0: "Stopped", 1: "Stabilize", 2: "Day Time", 3: "Night Time", 4: "Stopping", 5: "Shutting Down", 6: "Pending Purge", 7: "Purge", 8: "Economizer", 9: "Slave Mode", 10: "Freezestat", 11: "PendEcono", 12: "Spectators" },
  0x120e: { 0: "Disabled", 1: "No Ventilation", 2: "Ready", 3: "Starting up", 4: "Stabilize", 5: "Min Runtime", 6: "Stable", 7: "Stopping", 9: "Min Stop Time", 12: "Shutting Down", 14: "External Off", 15: "Pump Fault" },
  0x1227: { 0: "Disabled", 1: "Idle", 2: "Ready", 3: "Starting Up", 4: "Running", 6: "Running", 7: "Stopping", 10: "Lockout", 13: "Alarm Stop" },
  0x1336: { 0: "Disabled", 1: "NoVent/Service", 2: "Ready/Idle", 3: "Starting/Open Valves", 4: "Stabilize", 5: "Min Runtime", 6: "Stable", 7: "Stopping/Alarm", 8: "Pumpdown", 9: "Min Stop Time", 10: "Lockout/No Conn", 11: "Forced On/Oil Recovery", 12: "Shutting Down", 13: "Alarm Stop", 14: "External Off", 15: "Pump Fault", 16: "Recovery" },
  0x1612: { 0: "Off", 1: "Heating" },
  0x190a: { 0: "Disabled", 1: "Idle", 2: "Dehumidifying", 3: "Pending" },
  0x1a04: { 0: "Disabled", 1: "Idle", 2: "Lower", 3: "Higher", 4: "Partial Cooling", 5: "Partial Heating", 6: "Econo Cooling" },
  0x1b2b: { 0: "Disabled", 1: "Alarm/Waterflow Fault", 2: "Idle", 3: "Heating", 4: "Heat Sink", 5: "HP Relief", 6: "Aux Heat/Disabled Ext", 7: "No HP Relief", 8: "No Heat Sink" },
  0x2303: { 0: "Disabled", 1: "Connecting", 2: "Port Fault", 3: "Comm Error", 4: "Connected", 5: "Shutting Down" },
};

/** Types of values in words: docs/protocols/websentry.md §4. */
export const valueTypeNames: Labels = {
  0x00: "done",
  0x01: "status",
  0x02: "enum",
  0x03: "number",
  0x04: "hex digits",
  0x05: "version",
  0x06: "tenths",
  0x07: "text",
  0x08: "ranged number",
  0x09: "typed enum",
  0x0a: "date",
  0x0b: "time",
  0x0c: "IPv4 address",
  0x0d: "hardware address",
  0x0f: "tell me",
  0x12: "large number",
};

/** What stands in place of a value: docs/protocols/websentry.md §4. */
export const statusNames: Labels = { 4: "not known to the unit", 5: "not available now" };
