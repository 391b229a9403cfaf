import type { Frame } from "../../model/protocol.js";
import type { Pseudonyms } from "../../model/pseudonyms.js";
import { crc16Modbus } from "../../wire/checksum.js";
import { Cursor } from "../../wire/cursor.js";
import { disguiseTexts } from "../../wire/disguise.js";
import { putText } from "../../wire/text-runs.js";
import { WireError } from "../../wire/wire-error.js";
import { readValue, valueType } from "./items.js";
import { functionCode } from "./messages.js";
import { headerBytes } from "./splitter.js";

/** Ids of the serial number, as number and as text: docs/protocols/websentry.md §4. */
const serialNumber = 0x0103;
const serialNumberText = 0x0110;
const leastText = 6;
const itemFunctions: readonly number[] = [functionCode.init, functionCode.query, functionCode.set];

/** Serial number, MAC and addresses replaced in place, the CRC made anew. Never throws. */
export function anonymizeFrame(frame: Frame, pseudonyms: Pseudonyms): Uint8Array {
  if (!frame.whole || frame.bytes.length <= headerBytes) return pseudonyms.scrub(frame.bytes);
  const bytes = Uint8Array.from(frame.bytes);
  const payload = bytes.subarray(headerBytes);
  const understood = itemFunctions.includes(payload[0] ?? -1) ? disguiseItems(payload, pseudonyms) : 1;
  disguiseTexts(payload, { from: understood, to: payload.length, least: leastText }, pseudonyms);
  payload.set(pseudonyms.scrub(payload));
  const checksum = crc16Modbus(payload);
  bytes[3] = checksum >> 8;
  bytes[4] = checksum & 0xff;
  return bytes;
}

/** Returns where the first item begins that cannot be read. */
function disguiseItems(payload: Uint8Array, pseudonyms: Pseudonyms): number {
  const cursor = new Cursor(payload, 1);
  let from = 1;
  try {
    while (cursor.remaining > 0) {
      const id = cursor.u16be();
      const type = cursor.u8();
      const at = cursor.offset;
      if (readValue(cursor, type) === undefined) return from;
      disguiseValue({ id, type, bytes: payload.subarray(at, cursor.offset) }, pseudonyms);
      from = cursor.offset;
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
  return from;
}

interface Value {
  readonly id: number;
  readonly type: number;
  /** Behind the type byte; a view. */
  readonly bytes: Uint8Array;
}

function disguiseValue({ id, type, bytes }: Value, pseudonyms: Pseudonyms): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type) {
    case valueType.mac:
      bytes.set(pseudonyms.macBytes(bytes.slice()));
      return;
    case valueType.ipv4: {
      const address = pseudonyms.address(bytes.join("."));
      bytes.set(address.split(".").map(Number));
      return;
    }
    case valueType.uint32:
      if (id === serialNumber) view.setUint32(0, pseudonyms.number(view.getUint32(0), 0xffff_ffff));
      return;
    case valueType.text:
      disguiseText(id, bytes.subarray(1), pseudonyms);
  }
}

function disguiseText(id: number, bytes: Uint8Array, pseudonyms: Pseudonyms): void {
  if (id !== serialNumberText) {
    disguiseTexts(bytes, { from: 0, to: bytes.length, least: leastText, keepsWords: true }, pseudonyms);
    return;
  }
  const text = String.fromCharCode(...bytes);
  putText(bytes, 0, bytes.length, pseudonyms.serial(text));
}
