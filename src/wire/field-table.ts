import { WireError } from "./wire-error.js";

type NumberType = "u8" | "u16le" | "u16be" | "s16le" | "s16be" | "u32le" | "u32be";

/** `clock6`: six bytes, year - 2000, month, day, hour, minute, second; the value is `YYYY-MM-DDTHH:MM:SS` without a zone. */
export type FieldType = NumberType | "ascii" | "mac" | "clock6";

/** One field of a fixed layout. Its value is `(raw + bias) * scale`, or text. */
export interface FieldRow {
  readonly key: string;
  /** Of the first byte, from the start of the layout. */
  readonly offset: number;
  readonly type: FieldType;
  /** Bytes of an `ascii` field, which ends at the first NUL; trailing spaces are cut. */
  readonly length?: number;
  /** What an `ascii` field is filled up with when written. Default NUL. */
  readonly padding?: "space";
  /** Power of ten. Default 1. */
  readonly scale?: number;
  readonly bias?: number;
  /** Raw values that say "there is none". */
  readonly absent?: readonly number[];
  /** The only values that mean something. */
  readonly oneOf?: readonly number[];
  /** Plausible range after scaling, both ends included. */
  readonly min?: number;
  readonly max?: number;
  /** 0 is plausible although the range begins above it. */
  readonly zeroAllowed?: boolean;
  readonly unit?: string;
}

export type FieldValues = Readonly<Record<string, number | string>>;

export interface ImplausibleField {
  readonly key: string;
  /** What was found and what was expected. */
  readonly detail: string;
}

export interface FieldReading {
  /** Fields that the bytes hold, that are not absent and that are plausible. */
  readonly values: FieldValues;
  readonly implausible: readonly ImplausibleField[];
}

/** A field that lies within the bytes, whether it tells something or not. */
export interface FoundField {
  readonly row: FieldRow;
  /** Behind its last byte. */
  readonly end: number;
  /** Undefined: absent, or no text. */
  readonly value: number | string | undefined;
  readonly isPlausible: boolean;
}

export interface FieldTable {
  /** Reads every field that lies within `bytes`. Never throws. */
  read(bytes: Uint8Array): FieldReading;
  /** The same one by one, with what `read` leaves out, in the order of their offsets. Never throws. */
  find(bytes: Uint8Array): readonly FoundField[];
  /** Writes the fields that `values` names and leaves the rest. Throws WireError where one does not fit. */
  write(bytes: Uint8Array, values: FieldValues): void;
}

interface NumberFormat {
  readonly size: number;
  readonly lowest: number;
  readonly highest: number;
  read(bytes: Uint8Array, at: number): number;
}

interface CompiledField {
  readonly row: FieldRow;
  readonly end: number;
  /** Undefined for text. */
  readonly format: NumberFormat | undefined;
  /** A division by a power of ten is rounded correctly, a multiplication by its inverse is not: 3 / 10, not 3 * 0.1. */
  readonly divisor: number;
}

/** Compiles the rows once, so that reading walks a flat list and allocates its result only. */
export function compileFieldTable(rows: readonly FieldRow[]): FieldTable {
  const fields = rows.map(compileField);
  const byKey = new Map(fields.map((field) => [field.row.key, field]));
  return {
    read: (bytes) => readFields(fields, bytes),
    find: (bytes) => findFields(fields, bytes),
    write(bytes, values) {
      for (const [key, value] of Object.entries(values)) {
        const field = byKey.get(key);
        if (field === undefined) throw new WireError(`there is no field ${key}`);
        writeField(bytes, field, value);
      }
    },
  };
}

function compileField(row: FieldRow): CompiledField {
  const format = row.type === "ascii" || row.type === "mac" || row.type === "clock6" ? undefined : formats[row.type];
  const size = format?.size ?? (row.type === "ascii" ? (row.length ?? 0) : 6);
  const scale = row.scale ?? 1;
  return { row, end: row.offset + size, format, divisor: scale < 1 ? Math.round(1 / scale) : 1 / scale };
}

function readFields(fields: readonly CompiledField[], bytes: Uint8Array): FieldReading {
  const values: Record<string, number | string> = {};
  let implausible: ImplausibleField[] = none;
  for (const field of fields) {
    if (field.end > bytes.length) continue;
    const { row, format } = field;
    const value = format === undefined ? readText(bytes, row) : readNumber(bytes, field, format);
    if (value === undefined) continue;
    if (value === unprintable || (typeof value === "number" && !isPlausible(row, value))) {
      if (implausible === none) implausible = [];
      implausible.push({ key: row.key, detail: explain(row, value) });
    } else values[row.key] = value;
  }
  return { values, implausible };
}

function findFields(fields: readonly CompiledField[], bytes: Uint8Array): readonly FoundField[] {
  return fields
    .filter((field) => field.end <= bytes.length)
    .toSorted((a, b) => a.row.offset - b.row.offset)
    .map((field): FoundField => {
      const { row, end, format } = field;
      const read = format === undefined ? readText(bytes, row) : readNumber(bytes, field, format);
      const value = read === unprintable ? undefined : read;
      return { row, end, value, isPlausible: typeof value !== "number" || isPlausible(row, value) };
    });
}

const none: ImplausibleField[] = [];
/** Stands for text that is none; it cannot be read from bytes. */
const unprintable = "\u0000";

function readNumber(bytes: Uint8Array, { row, divisor }: CompiledField, format: NumberFormat): number | undefined {
  const raw = format.read(bytes, row.offset);
  if (row.absent?.includes(raw) === true) return undefined;
  return (raw + (row.bias ?? 0)) / divisor;
}

function isPlausible(row: FieldRow, value: number): boolean {
  if (row.oneOf !== undefined) return row.oneOf.includes(value);
  if (value === 0 && row.zeroAllowed === true) return true;
  return value >= (row.min ?? value) && value <= (row.max ?? value);
}

function explain(row: FieldRow, value: number | string): string {
  if (typeof value === "string") return `${row.key}: expected printable text`;
  const unit = row.unit === undefined ? "" : ` ${row.unit}`;
  const range = row.oneOf?.join(" or ") ?? `${row.min ?? "any"} to ${row.max ?? "any"}`;
  return `${row.key}: found ${value}${unit}, expected ${row.zeroAllowed === true ? "0 or " : ""}${range}`;
}

function readText(bytes: Uint8Array, row: FieldRow): string | undefined {
  if (row.type === "clock6") return readClock(bytes, row.offset);
  if (row.type === "mac") {
    return Array.from(bytes.subarray(row.offset, row.offset + 6), (octet) => octet.toString(16).padStart(2, "0")).join(
      ":",
    );
  }
  let text = "";
  for (let at = row.offset; at < row.offset + (row.length ?? 0); at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 0) break;
    if (byte < 0x20 || byte > 0x7e) return unprintable;
    text += String.fromCharCode(byte);
  }
  const trimmed = text.trimEnd();
  return trimmed === "" ? undefined : trimmed;
}

/** Undefined where the six bytes are no date: a clock that was never set. */
function readClock(bytes: Uint8Array, at: number): string | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = bytes.subarray(at, at + 6);
  const isDate = year < 100 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
  if (!isDate || hour > 23 || minute > 59 || second > 59) return undefined;
  return `20${two(year)}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function writeField(bytes: Uint8Array, field: CompiledField, value: number | string): void {
  const { row, format, end } = field;
  if (end > bytes.length) throw new WireError(`${row.key}: expected ${end} bytes, found ${bytes.length}`);
  if (format === undefined) bytes.set(encodeText(row, String(value)), row.offset);
  else writeNumber(bytes, field, format, Number(value));
}

function writeNumber(bytes: Uint8Array, { row, divisor }: CompiledField, format: NumberFormat, value: number): void {
  const raw = Math.round(value * divisor) - (row.bias ?? 0);
  if (!(raw >= format.lowest && raw <= format.highest)) throw new WireError(`${row.key}: ${value} does not fit`);
  const littleEndian = row.type.endsWith("le");
  for (let index = 0; index < format.size; index += 1) {
    const shift = 8 * (littleEndian ? index : format.size - 1 - index);
    bytes[row.offset + index] = (raw >> shift) & 0xff;
  }
}

function encodeText(row: FieldRow, value: string): Uint8Array {
  if (row.type === "mac") return Uint8Array.from(value.split(":"), (octet) => Number.parseInt(octet, 16));
  if (row.type === "clock6") {
    const parts = /^20(\d\d)-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/.exec(value);
    if (parts === null) throw new WireError(`${row.key}: ${value} is no time`);
    return Uint8Array.from(parts.slice(1), Number);
  }
  const text = new Uint8Array(row.length ?? 0).fill(row.padding === "space" ? 0x20 : 0);
  if (value.length > text.length) throw new WireError(`${row.key}: ${value} does not fit`);
  for (let at = 0; at < value.length; at += 1) text[at] = value.charCodeAt(at);
  return text;
}

function u16be(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function u16le(bytes: Uint8Array, at: number): number {
  return ((bytes[at + 1] ?? 0) << 8) | (bytes[at] ?? 0);
}

function signed16(value: number): number {
  return (value << 16) >> 16;
}

const formats: Readonly<Record<NumberType, NumberFormat>> = {
  u8: { size: 1, lowest: 0, highest: 0xff, read: (bytes, at) => bytes[at] ?? 0 },
  u16le: { size: 2, lowest: 0, highest: 0xffff, read: u16le },
  u16be: { size: 2, lowest: 0, highest: 0xffff, read: u16be },
  s16le: { size: 2, lowest: -0x8000, highest: 0x7fff, read: (bytes, at) => signed16(u16le(bytes, at)) },
  s16be: { size: 2, lowest: -0x8000, highest: 0x7fff, read: (bytes, at) => signed16(u16be(bytes, at)) },
  u32le: {
    size: 4,
    lowest: 0,
    highest: 0xffff_ffff,
    read: (bytes, at) => ((u16le(bytes, at + 2) << 16) | u16le(bytes, at)) >>> 0,
  },
  u32be: {
    size: 4,
    lowest: 0,
    highest: 0xffff_ffff,
    read: (bytes, at) => ((u16be(bytes, at) << 16) | u16be(bytes, at + 2)) >>> 0,
  },
};
