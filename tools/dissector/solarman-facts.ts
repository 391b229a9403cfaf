import { answerContentAt, commandContentAt, neededBytes } from "../../src/protocols/solarman/decoder.js";
import { entities } from "../../src/protocols/solarman/entities.js";
import * as enums from "../../src/protocols/solarman/enums.js";
import type { SolarmanField } from "../../src/protocols/solarman/fields.js";
import * as tables from "../../src/protocols/solarman/fields.js";
import { solarman } from "../../src/protocols/solarman/index.js";
import { frameLimitBytes, headerBytes, trailerBytes } from "../../src/protocols/solarman/splitter.js";
import { byNumber, checkNames, type Facts, type FieldClass, type FieldRow } from "./facts.js";
import type { LuaRecord } from "./lua-text.js";

const rowsByTable: Readonly<Record<string, readonly SolarmanField[]>> = {
  head: tables.frameHeadFields,
  tail: tables.frameTailFields,
  hello: tables.helloFields,
  data: tables.dataHeaderFields,
  wifi_info: tables.wifiInfoFields,
  report: tables.reportFields,
  acknowledgement: tables.acknowledgementFields,
  command: tables.commandFields,
  answer: tables.answerFields,
  microinverter: tables.microinverterFields,
  hybrid: tables.hybridFields,
};

/** What the dissector of Solarman V5 knows, all from the tables that decode it. */
export function solarmanFacts(): Facts {
  const typeNames = byNumber(enums.frameTypeNames);
  return {
    port: solarman.defaults.dissectorPort,
    headBytes: headerBytes,
    tailBytes: trailerBytes,
    limitBytes: frameLimitBytes,
    commandContentAt,
    answerContentAt,
    typeNames,
    messages: new Map(messageTypes),
    neededBytes,
    errorCodes: byNumber(enums.errorCodes),
    registerNames: byNumber(enums.registerNames),
    exceptions: byNumber(enums.modbusExceptions),
    layouts: new Map(
      [...byNumber(enums.sensorTypes)].flatMap(([type, { layout }]) => (layout ? [[type, layout]] : [])),
    ),
    fields: checkNames([...tableFields(), ...ownFields()]),
    tables: {},
    ...Object.fromEntries(Object.entries(rowsByTable).map(([name, rows]) => [`tables.${name}`, rows.map(tableRow)])),
  };
}

const { frameTypes } = enums;
const messageTypes: readonly (readonly [number, string])[] = [
  [frameTypes.hello, "hello"],
  [frameTypes.data, "data"],
  [frameTypes.dataLan, "data"],
  [frameTypes.wifiInfo, "wifi_info"],
  [frameTypes.report, "report"],
  [frameTypes.command, "command"],
  [frameTypes.answer, "answer"],
  [frameTypes.interimAnswer, "answer"],
];

/** Of each key one field, whatever tables it is in. */
function tableFields(): readonly FieldRow[] {
  const rows = Object.values(rowsByTable).flat();
  const keys = [...new Set(rows.map(({ key }) => key))];
  return keys.map((key) =>
    fieldOf(
      key,
      rows.filter((row) => row.key === key),
    ),
  );
}

function fieldOf(key: string, rows: readonly SolarmanField[]): FieldRow {
  return [key, labelOf(key), classOf(key, rows), namesOf(key) ?? rows[0]?.unit];
}

/** What stands in no table: parts of Modbus, texts, links. */
function ownFields(): readonly FieldRow[] {
  return [
    ["time", "Time", "time"],
    ["content", "Content", "bytes"],
    ["at_text", "AT text", "string"],
    ["error_code", "Error", "uint", byNumber(enums.errorCodes)],
    ["modbus.unit", "Unit", "uint"],
    ["modbus.function", "Function", "uint", byNumber(enums.modbusFunctions)],
    ["modbus.first_register", "First register", "uint"],
    ["modbus.register_count", "Registers", "uint"],
    ["modbus.byte_count", "Bytes", "uint"],
    ["modbus.register", "Value", "uint"],
    ["modbus.exception", "Exception", "uint", byNumber(enums.modbusExceptions)],
    ["modbus.checksum", "Checksum", "hex16"],
    ["answered_in", "Answered in", "response"],
    ["answer_to", "Answer to", "request"],
  ];
}

function namesOf(key: string): ReadonlyMap<number, string> | undefined {
  if (key === "type") return byNumber(enums.frameTypeNames);
  if (key !== "sensor_type" && key !== "sensor_list") return undefined;
  return new Map(
    [...byNumber(enums.sensorTypes)]
      .map(([type, { name }]): [number, string] => [type, name])
      .concat([...byNumber(enums.foreignMakes)]),
  );
}

const inHex: readonly string[] = ["start", "control", "type", "sensor_type", "sensor_list", "checksum", "end"];

function classOf(key: string, rows: readonly SolarmanField[]): FieldClass {
  const types = rows.map(({ type }) => type);
  if (types.includes("mac")) return "ether";
  if (types.some((type) => type === "ascii" || type === "clock6")) return "string";
  if (inHex.includes(key)) return types.includes("u8") ? "hex8" : "hex16";
  if (rows.some(({ scale }) => scale !== undefined)) return "double";
  return types.some((type) => type.startsWith("s")) ? "int" : "uint";
}

function tableRow(row: SolarmanField): LuaRecord {
  const { key, offset, type, bias, absent, oneOf, min, max, zeroAllowed, unit, scale = 1 } = row;
  const divisor = scale === 1 ? undefined : scale < 1 ? Math.round(1 / scale) : 1 / scale;
  const known = { key, label: labelOf(key), offset, type, length: lengthOf(row) };
  return { ...known, unit, divisor, bias, absent, oneOf, min, max, zeroAllowed };
}

function lengthOf({ type, length = 0 }: SolarmanField): number {
  if (type === "ascii") return length;
  if (type === "mac" || type === "clock6") return 6;
  return Number(/\d+/.exec(type)?.[0]) / 8;
}

const names = new Map(entities.map(({ key, name }) => [key, name]));

/** As Home Assistant shows it, else the key in words. */
function labelOf(key: string): string {
  const text = names.get(key) ?? key.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
