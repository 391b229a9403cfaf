import type { Cursor } from "../../wire/cursor.js";

/** Value types: docs/protocols/websentry.md §4. */
export const valueType = {
  ok: 0x00,
  status: 0x01,
  enum: 0x02,
  uint16: 0x03,
  raw16: 0x04,
  quad: 0x05,
  tenths: 0x06,
  text: 0x07,
  ranged: 0x08,
  typedEnum: 0x09,
  date: 0x0a,
  time: 0x0b,
  ipv4: 0x0c,
  mac: 0x0d,
  query: 0x0f,
  uint32: 0x12,
} as const;

/**
 * A decoded value with its type byte. Numbers are in the property's unit; `raw` is an enum's number. Texts: four hex
 * digits (0x04), dotted quads (0x05, 0x0c), `YYYY-MM-DD` (0x0a), `HH:MM:SS` (0x0b), `aa:bb:cc:dd:ee:ff` (0x0d).
 */
export type ItemValue =
  | { readonly type: 0x00 | 0x0f }
  | { readonly type: 0x01; readonly code: number }
  | { readonly type: 0x02; readonly raw: number }
  | { readonly type: 0x03 | 0x06 | 0x12; readonly value: number }
  | { readonly type: 0x04 | 0x05 | 0x07 | 0x0a | 0x0b | 0x0c | 0x0d; readonly text: string }
  | ({ readonly type: 0x08 } & RangedNumber)
  | { readonly type: 0x09; readonly kind: number; readonly raw: number };

/** Signed 16-bit numbers; the step is what the panel's arrows do, not a rule. */
export interface RangedNumber {
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

export type Item = ItemValue & { readonly id: number };

/** 0 below a minimum above 0: the property is not in use. */
export function isNotApplicable(ranged: RangedNumber): boolean {
  return ranged.value === 0 && ranged.min > 0;
}

/** Reads the value behind a type byte. Undefined: the type is not known, so neither is the length. Throws WireError. */
export function readValue(cursor: Cursor, type: number): ItemValue | undefined {
  switch (type) {
    case 0x00:
    case 0x0f:
      return { type };
    case 0x01:
      return { type, code: cursor.u8() };
    case 0x02:
      return { type, raw: cursor.u8() };
    case 0x03:
      return { type, value: cursor.u16be() };
    case 0x06:
      return { type, value: cursor.s16be() / 10 };
    case 0x12:
      return { type, value: cursor.u32be() };
    case 0x08:
      return { type, value: cursor.s16be(), min: cursor.s16be(), max: cursor.s16be(), step: cursor.u8() };
    case 0x09:
      return { type, kind: cursor.u8(), raw: cursor.u8() };
    default:
      return readText(cursor, type);
  }
}

function readText(cursor: Cursor, type: number): ItemValue | undefined {
  switch (type) {
    case 0x04:
      return { type, text: hexBytes(cursor.take(2)).join("") };
    case 0x05:
    case 0x0c:
      return { type, text: cursor.take(4).join(".") };
    case 0x07:
      return { type, text: cursor.text(cursor.u8()) };
    case 0x0a: {
      const [year = 0, month = 0, day = 0] = cursor.take(4);
      return { type, text: `${1900 + year}-${twoDigits(month)}-${twoDigits(day)}` };
    }
    case 0x0b: {
      const [hour = 0, minute = 0, quarterSeconds = 0] = cursor.take(4);
      return { type, text: [hour, minute, quarterSeconds >> 2].map(twoDigits).join(":") };
    }
    case 0x0d:
      return { type, text: hexBytes(cursor.take(6)).join(":") };
    default:
      return undefined;
  }
}

/** Type byte and value bytes. Inverse of `readValue`; numbers are cut to their width, texts to 255 bytes. */
export function encodeValue(value: ItemValue): readonly number[] {
  switch (value.type) {
    case 0x00:
    case 0x0f:
      return [value.type];
    case 0x01:
      return [value.type, value.code & 0xff];
    case 0x02:
      return [value.type, value.raw & 0xff];
    case 0x03:
      return [value.type, ...u16(value.value)];
    case 0x06:
      return [value.type, ...u16(Math.round(value.value * 10))];
    case 0x12:
      return [value.type, ...u16(value.value >>> 16), ...u16(value.value)];
    case 0x08:
      return [value.type, ...u16(value.value), ...u16(value.min), ...u16(value.max), value.step & 0xff];
    case 0x09:
      return [value.type, value.kind & 0xff, value.raw & 0xff];
    default:
      return [value.type, ...textBytes(value.type, value.text)];
  }
}

/** Bytes that `rawHex` keeps. */
const mostRawBytes = 32;
const hexPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Type byte and value bytes in hex digits, cut where they are many; of a clock without its quarter seconds. */
export function rawHex(value: ItemValue): string {
  const bytes = encodeValue(value);
  let hex = "";
  for (let at = 0; at < bytes.length && at < mostRawBytes; at += 1) hex += hexPairs[bytes[at] ?? 0];
  return hex;
}

function textBytes(type: 0x04 | 0x05 | 0x07 | 0x0a | 0x0b | 0x0c | 0x0d, text: string): readonly number[] {
  switch (type) {
    case 0x04:
      return [Number.parseInt(text.slice(0, 2), 16), Number.parseInt(text.slice(2, 4), 16)];
    case 0x05:
    case 0x0c:
      return text.split(".").map(Number);
    case 0x07: {
      const bytes = [...text].slice(0, 255).map((character) => character.charCodeAt(0) & 0xff);
      return [bytes.length, ...bytes];
    }
    case 0x0a: {
      const [year = 1900, month = 0, day = 0] = text.split("-").map(Number);
      return [year - 1900, month, day, 0];
    }
    case 0x0b: {
      const [hour = 0, minute = 0, second = 0] = text.split(":").map(Number);
      return [hour, minute, second << 2, 0];
    }
    case 0x0d:
      return text.split(":").map((byte) => Number.parseInt(byte, 16));
  }
}

function u16(value: number): readonly [number, number] {
  return [(value >> 8) & 0xff, value & 0xff];
}

function hexBytes(bytes: Uint8Array): readonly string[] {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
