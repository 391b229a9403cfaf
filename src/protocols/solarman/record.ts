import type { Value } from "../../model/value.js";
import { compileFieldTable, type FieldReading, type FieldTable } from "../../wire/field-table.js";
import type { AnomalyKind } from "./anomalies.js";
import { derivedValues } from "./derived.js";
import type { Layout } from "./enums.js";
import { hybridFields, microinverterFields } from "./fields.js";
import { isFitted } from "./fitting.js";
import type { DataRecord } from "./messages.js";

/** A row of the anomaly table and what was found. */
export interface Finding {
  readonly kind: AnomalyKind;
  readonly detail: string;
}

export interface RecordValues {
  readonly inverterSerial: string;
  /** By the keys of the field tables; what is missing, absent or implausible is left out. */
  readonly values: Readonly<Record<string, Value>>;
  readonly findings: readonly Finding[];
}

/** `undefined` values: the record is not of this layout, or not to be believed; `findings` says why. */
export type DecodedRecord = RecordValues | { readonly values: undefined; readonly findings: readonly [Finding] };

/** Everything up to the inverter's clock, and the last field of the hybrid's table. */
const neededBytes: Readonly<Record<Layout, number>> = { microinverter: 251, hybrid: 207 };
/** From the first payload byte, head included. */
export const recordTables: Readonly<Record<Layout, FieldTable>> = {
  microinverter: compileFieldTable(microinverterFields),
  hybrid: compileFieldTable(hybridFields),
};
const serialLength = 10;

/** A clock from before this year was never set. */
const firstYear = "2020";

/** Reads the values of a record with all guards that need no other record: docs/protocols/solarman.md §5, §11. */
export function decodeRecordValues(record: DataRecord, layout: Layout): DecodedRecord {
  const { payload } = record;
  if (payload.length < neededBytes[layout]) {
    return refuse("short_message", `expected ${neededBytes[layout]} bytes of data, found ${payload.length}`);
  }
  return layout === "microinverter" ? decodeMicroinverter(record) : decodeHybrid(record);
}

function decodeMicroinverter({ payload, offsetS }: DataRecord): DecodedRecord {
  const { values, implausible } = recordTables.microinverter.read(payload);
  const { inverter_serial: serial, mppt_count: inputs, phase_count: phases, rated_power: ratedW } = values;
  if (typeof serial !== "string" || serial.length !== serialLength) {
    return refuse("wrong_layout", "expected a serial number of 10 printable characters");
  }
  if (typeof inputs !== "number" || typeof phases !== "number") {
    return refuse("wrong_layout", "expected 1 to 4 inputs and 1 to 3 phases");
  }
  const clock = values.inverter_clock;
  const knowsDay = offsetS !== 0 && typeof clock === "string" && clock >= firstYear;
  const isThere = (key: string): boolean =>
    // Serial numbers of inputs come for all four.
    (key.startsWith("port") || isFitted(key, { inputs, phases })) &&
    (knowsDay || !key.endsWith("_today")) &&
    (repeatsRegisters(payload) || !inferredKeys.includes(key));
  const findings = implausible.filter((found) => isThere(found.key)).map(leftOut);
  const kept: Record<string, Value> = Object.fromEntries(Object.entries(values).filter(([key]) => isThere(key)));
  const mostW = typeof ratedW === "number" ? 1.25 * ratedW : Number.POSITIVE_INFINITY;
  if (Number(kept.power) > mostW) {
    findings.push(leftOut({ detail: `power: found ${kept.power} W, expected at most ${mostW} W` }));
    delete kept.power;
  }
  findings.push(...oddVersions(kept));
  const derived = derivedValues(kept, inputs);
  return {
    inverterSerial: serial,
    values: { ...kept, ...derived.values },
    findings: [...findings, ...derived.implausible.map(leftOut)],
  };
}

/** One source and no capture: a single implausible value says that the table is not this inverter's. */
function decodeHybrid({ payload, offsetS }: DataRecord): DecodedRecord {
  const { values, implausible } = chooseBatteryScale(recordTables.hybrid.read(payload));
  const serial = values.inverter_serial;
  if (typeof serial !== "string" || serial.length !== serialLength) {
    return refuse("wrong_layout", "expected a serial number of 10 printable characters");
  }
  if (implausible.length > 0) return refuse("implausible_record", implausible.map((found) => found.detail).join("; "));
  const kept = Object.entries(values).filter(([key]) => offsetS !== 0 || !key.endsWith("_today"));
  return { inverterSerial: serial, values: Object.fromEntries(kept), findings: [] };
}

/** High-voltage models count in steps of 0.1 V and 10 W. A battery of 48 V is never outside this range. */
const lowVoltage = { min: 36, max: 65 };
const mostBatteryW = 32_000;

function chooseBatteryScale({ values, implausible }: FieldReading): FieldReading {
  const { battery_voltage: volts, battery_power: watts } = values;
  if (typeof volts !== "number" || typeof watts !== "number") return { values, implausible };
  if (volts >= lowVoltage.min && volts <= lowVoltage.max) return { values, implausible };
  const scaled = { ...values, battery_voltage: Math.round(volts * 100) / 10, battery_power: watts * 10 };
  if (Math.abs(scaled.battery_power) <= mostBatteryW) return { values: scaled, implausible };
  const detail = `battery_power: found ${scaled.battery_power} W, expected at most ${mostBatteryW} W`;
  return { values: scaled, implausible: [...implausible, { key: "battery_power", detail }] };
}

/** Of the micro-inverter's table: read only where a record repeats its registers. */
export const inferredKeys: readonly string[] = ["active_power_limit", "on_off"];

/** Bytes 284 to 303 hold registers 34 to 43 only where the first two repeat those at 223. */
function repeatsRegisters(payload: Uint8Array): boolean {
  return payload.length === 330 && [0, 1, 2, 3].every((index) => payload[284 + index] === payload[223 + index]);
}

const versionKeys = ["protocol_version", "firmware_control", "firmware_communication"];

function oddVersions(values: Readonly<Record<string, Value>>): readonly Finding[] {
  return versionKeys.flatMap((key): readonly Finding[] => {
    const version = values[key];
    if (version === undefined || String(version).startsWith("V")) return [];
    return [{ kind: "odd_version", detail: `${key}: found ${version}, expected a text that begins with V` }];
  });
}

function leftOut({ detail }: { readonly detail: string }): Finding {
  return { kind: "implausible_value", detail };
}

function refuse(kind: AnomalyKind, detail: string): DecodedRecord {
  return { values: undefined, findings: [{ kind, detail }] };
}
