import type { Frame, Splitter } from "../../model/protocol.js";
import type { Direction } from "../../model/session.js";
import { crc16Modbus } from "../../wire/checksum.js";
import { createLengthSplitter, type FramingFault, type LengthFraming } from "../../wire/length-framing.js";

/** `70 83 9e | CRC, high byte first | payload length | payload`: docs/protocols/websentry.md §2. */
export const magic = Uint8Array.of(0x70, 0x83, 0x9e);
export const headerBytes = 7;

/** The longest payload seen has 297 bytes. A longer one than this is relayed without being waited for. */
export const payloadLimitBytes = 4096;

const framing: LengthFraming = {
  magic,
  headerBytes,
  limitBytes: headerBytes + payloadLimitBytes,
  staleAfterMs: 30_000,
  garbage: { kind: "garbage", detail: "expected the frame start 70 83 9e" },
  frameLength: (bytes, at) => {
    const payloadBytes = u16be(bytes, at + 5);
    return payloadBytes > payloadLimitBytes
      ? oversized(payloadBytes)
      : payloadBytes === 0
        ? empty
        : headerBytes + payloadBytes;
  },
  check: (bytes, at, length) => {
    const found = u16be(bytes, at + 3);
    const expected = crc16Modbus(bytes, at + headerBytes, at + length);
    return found === expected
      ? undefined
      : { kind: "bad_checksum", detail: `expected ${hex16(expected)}, found ${hex16(found)}` };
  },
};

export function createWebsentrySplitter(direction: Direction): Splitter {
  return createLengthSplitter(framing, direction);
}

const empty: FramingFault = { kind: "garbage", detail: "expected a payload, found the length 0" };

function oversized(payloadBytes: number): FramingFault {
  return {
    kind: "oversized_frame",
    detail: `expected at most ${payloadLimitBytes} payload bytes, found the length ${payloadBytes}`,
  };
}

function u16be(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function hex16(value: number): string {
  return value.toString(16).padStart(4, "0");
}

/** Bytes before the payload; 0 for what is shorter. */
export function headBytesOf({ bytes }: Frame): number {
  return bytes.length < headerBytes ? 0 : headerBytes;
}
