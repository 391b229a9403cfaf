import { Buffer } from "node:buffer";

const percent = 0x25;
const ampersand = 0x26;
const plus = 0x2b;
const equals = 0x3d;
const blank = 0x20;

/**
 * Bytes of the first field `name` in `key=value&key=value`, decoded and in no charset: `%XX` in either case, `+` for a blank. A `%`
 * without two hex digits stays as it is. `name` is of letters that need no decoding.
 */
export function formFieldBytes(form: Uint8Array, name: string): Uint8Array | undefined {
  const wanted = Buffer.from(name);
  let from = 0;
  while (from <= form.length) {
    const found = form.indexOf(ampersand, from);
    const to = found < 0 ? form.length : found;
    const parting = form.indexOf(equals, from);
    if (parting >= 0 && parting < to && wanted.equals(decoded(form.subarray(from, parting)))) {
      return decoded(form.subarray(parting + 1, to));
    }
    from = to + 1;
  }
  return undefined;
}

function decoded(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    const value = byte === percent ? hexValue(bytes, at + 1) : undefined;
    out[length] = value ?? (byte === plus ? blank : byte);
    length += 1;
    if (value !== undefined) at += 2;
  }
  return out.slice(0, length);
}

function hexValue(bytes: Uint8Array, at: number): number | undefined {
  const high = hexDigit(bytes[at]);
  const low = hexDigit(bytes[at + 1]);
  return high === undefined || low === undefined ? undefined : high * 16 + low;
}

function hexDigit(byte: number | undefined): number | undefined {
  if (byte === undefined) return undefined;
  const digit = Number.parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(digit) ? undefined : digit;
}
