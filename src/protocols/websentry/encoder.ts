import { crc16Modbus } from "../../wire/checksum.js";
import { encodeValue, type Item, valueType } from "./items.js";
import { functionCode } from "./messages.js";
import { headerBytes, magic } from "./splitter.js";

/** A whole frame around a payload of at most 65,535 bytes. */
export function encodeFrame(payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(headerBytes + payload.length);
  frame.set(magic);
  frame.set(payload, headerBytes);
  const view = new DataView(frame.buffer);
  view.setUint16(3, crc16Modbus(payload), false);
  view.setUint16(5, payload.length, false);
  return frame;
}

export function encodeInit(items: readonly Item[]): Uint8Array {
  return encodeItems(functionCode.init, items);
}

export function encodeQuery(ids: readonly number[]): Uint8Array {
  return encodeItems(
    functionCode.query,
    ids.map((id): Item => ({ id, type: valueType.query })),
  );
}

export function encodeResponse(items: readonly Item[]): Uint8Array {
  return encodeItems(functionCode.query, items);
}

/** Numbers and enums are written as type 0x03, dates as 0x0a: docs/protocols/websentry.md §8. */
export function encodeSet(items: readonly Item[]): Uint8Array {
  return encodeItems(functionCode.set, items);
}

export function encodeAck(ids: readonly number[]): Uint8Array {
  return encodeItems(
    functionCode.set,
    ids.map((id): Item => ({ id, type: valueType.ok })),
  );
}

function encodeItems(code: number, items: readonly Item[]): Uint8Array {
  const bytes = items.flatMap((item) => [item.id >> 8, item.id & 0xff, ...encodeValue(item)]);
  return encodeFrame(Uint8Array.of(code, ...bytes));
}
