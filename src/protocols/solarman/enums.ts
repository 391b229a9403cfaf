/** Types of frames: docs/protocols/solarman.md §2. An answer has the type of its request less `answerStep`. */
export const frameTypes = {
  hello: 0x41,
  data: 0x42,
  wifiInfo: 0x43,
  heartbeat: 0x47,
  report: 0x48,
  command: 0x45,
  answer: 0x15,
  interimAnswer: 0x05,
  /** Data of some LAN sticks of 2019 and 2020; whether and how the cloud answers is not known. */
  dataLan: 0x02,
} as const;

export const answerStep = 0x30;

/** In words, by the byte. */
export const frameTypeNames: Readonly<Record<number, string>> = {
  [frameTypes.hello]: "hello",
  [frameTypes.data]: "data",
  [frameTypes.wifiInfo]: "WiFi info",
  [frameTypes.heartbeat]: "heartbeat",
  [frameTypes.report]: "report",
  [frameTypes.command]: "command",
  [frameTypes.answer]: "answer",
  [frameTypes.interimAnswer]: "interim answer",
  [frameTypes.dataLan]: "data (LAN stick)",
  [frameTypes.hello - answerStep]: "acknowledgement of hello",
  [frameTypes.data - answerStep]: "acknowledgement of data",
  [frameTypes.wifiInfo - answerStep]: "acknowledgement of WiFi info",
  [frameTypes.heartbeat - answerStep]: "acknowledgement of heartbeat",
  [frameTypes.report - answerStep]: "acknowledgement of report",
};

export interface SensorType {
  readonly name: string;
  readonly manufacturer?: string;
  /** Absent: recognised, its values are not decoded. */
  readonly layout?: Layout;
}

export type Layout = "microinverter" | "hybrid";

/** Sensor types of data records and what is behind them: §4, §5. */
export const sensorTypes: Readonly<Record<number, SensorType>> = {
  21512: { name: "Deye micro-inverter", manufacturer: "Deye", layout: "microinverter" },
  21521: { name: "Deye hybrid inverter", manufacturer: "Deye", layout: "hybrid" },
  21523: { name: "Deye relay module" },
};

/** Makes whose records are relayed and not decoded, by sensor type or, in the hello, sensor list. */
export const foreignMakes: Readonly<Record<number, string>> = {
  1281: "Solis",
  1283: "Solis",
  1284: "Solis",
  9985: "Sofar",
  56577: "PVBLINK or another LSW5BLE stick",
  688: "TSUN",
  12326: "TSUN",
  4247: "TSUN",
};

/** Sensor list that the loggers of Deye inverters announce in their hello. */
export const deyeSensorList = 0x5406;

/** Kinds of commands and answers: §8. */
export const commandKinds = { at: 1, modbus: 2, rawSerial: 3, registerReads: 4 } as const;

/** What stands in place of the Modbus frame when a command failed: §8. */
export const errorCodes: Readonly<Record<number, string>> = {
  1: "bad checksum",
  2: "bad end of the frame",
  3: "bad sequence number",
  5: "the inverter did not answer",
  6: "wrong logger serial number",
};

/** Registers of a micro-inverter that are written: §8. */
export const registerNames: Readonly<Record<number, string>> = {
  21: "self-check time",
  22: "inverter clock",
  23: "inverter clock",
  24: "inverter clock",
  40: "active power limit",
  43: "on and off",
};

/** Function codes of the Modbus application protocol, those that occur here: §8. */
export const modbusFunctions: Readonly<Record<number, string>> = {
  3: "read holding registers",
  4: "read input registers",
  6: "write one register",
  16: "write registers",
};

/** Exception codes of the Modbus application protocol. */
export const modbusExceptions: Readonly<Record<number, string>> = {
  1: "illegal function",
  2: "illegal address",
  3: "illegal value",
  4: "device failure",
  5: "acknowledged, takes long",
  6: "device busy",
};

/** In words, by the value of `commandKinds`: §8. */
export const commandKindNames: Readonly<Record<number, string>> = {
  [commandKinds.at]: "AT text",
  [commandKinds.modbus]: "Modbus",
  [commandKinds.rawSerial]: "raw serial",
  [commandKinds.registerReads]: "register reads",
};
