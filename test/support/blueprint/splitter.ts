import type { Splitter } from "../../../src/model/protocol.js";
import type { Direction } from "../../../src/model/session.js";
import { createLengthSplitter, type FramingFault, type LengthFraming } from "../../../src/wire/length-framing.js";
import type { AnomalyKind } from "./anomalies.js";

/**
 * `B1 7E` · payload length u16be · type u8 · sequence u8 · serial u32be · payload · sum of all bytes before, u8.
 */
export const magic = Uint8Array.of(0xb1, 0x7e);
export const headerBytes = 10;
export const trailerBytes = 1;
const payloadLimitBytes = 1_024;

const framing: LengthFraming = {
  magic,
  headerBytes,
  limitBytes: headerBytes + payloadLimitBytes + trailerBytes,
  staleAfterMs: 5_000,
  garbage: fault("garbage", "expected a frame that begins with b17e"),
  frameLength(bytes, at) {
    const payload = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    return payload > payloadLimitBytes
      ? fault("garbage", `expected at most ${payloadLimitBytes} payload bytes, found ${payload}`)
      : headerBytes + payload + trailerBytes;
  },
  check(bytes, at, length) {
    const last = at + length - 1;
    const expected = checksum(bytes.subarray(at, last));
    if (bytes[last] === expected) return undefined;
    return fault("bad_checksum", `expected checksum ${expected}, found ${bytes[last]}`);
  },
};

export function createSplitter(direction: Direction): Splitter {
  return createLengthSplitter(framing, direction);
}

export function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = (sum + byte) & 0xff;
  return sum;
}

function fault(kind: AnomalyKind, detail: string): FramingFault {
  return { kind, detail };
}
