import type { Frame, Splitter } from "../../model/protocol.js";
import type { Direction } from "../../model/session.js";
import { sum8 } from "../../wire/checksum.js";
import { createLengthSplitter, type FramingFault, type LengthFraming } from "../../wire/length-framing.js";
import type { ProbeByte } from "../../wire/probe.js";
import type { AnomalyKind } from "./anomalies.js";

/**
 * `A5` · payload length u16le · `10` · type · server sequence · device sequence · logger serial u32le · payload ·
 * sum of all bytes between `A5` and here, u8 · `15`: docs/protocols/solarman.md §2.
 */
export const frameStart = 0xa5;
export const controlByte = 0x10;
export const frameEnd = 0x15;
export const headerBytes = 11;
export const trailerBytes = 2;
/** The longest frame seen has 1458 bytes; firmware keeps records in slots of 2048. */
export const frameLimitBytes = 4096;

/** Of a logger: the length below 4096, and a type that loggers begin with, 41 to 48 (docs/protocols/solarman.md §2, §3). */
export const firstBytes: readonly ProbeByte[] = [frameStart, undefined, [0x00, 0x0f], controlByte, [0x41, 0x48]];

const framing: LengthFraming = {
  magic: Uint8Array.of(frameStart),
  // As many as tell whether this is a start at all; the rest of the header says nothing about the length.
  headerBytes: 4,
  limitBytes: frameLimitBytes,
  staleAfterMs: 30_000,
  garbage: fault("garbage", "expected a frame that begins with a5 and has 10 behind its length"),
  frameLength(bytes, at) {
    if (bytes[at + 3] !== controlByte) return framing.garbage;
    const length = ((bytes[at + 1] ?? 0) | ((bytes[at + 2] ?? 0) << 8)) + headerBytes + trailerBytes;
    if (length <= frameLimitBytes) return length;
    return fault("bad_length", `expected at most ${frameLimitBytes} bytes, found the length ${length}`);
  },
  check(bytes, at, length) {
    const end = at + length - 1;
    if (bytes[end] !== frameEnd)
      return fault("bad_trailer", `expected 15 behind ${length} bytes, found ${hex8(bytes[end])}`);
    const expected = sum8(bytes, at + 1, end - 1);
    if (bytes[end - 1] === expected) return undefined;
    return fault("bad_checksum", `expected ${hex8(expected)}, found ${hex8(bytes[end - 1])}`);
  },
};

export function createSolarmanSplitter(direction: Direction): Splitter {
  return createLengthSplitter(framing, direction);
}

function fault(kind: AnomalyKind, detail: string): FramingFault {
  return { kind, detail };
}

function hex8(byte: number | undefined): string {
  return (byte ?? 0).toString(16).padStart(2, "0");
}

/** Bytes before the payload; 0 for what is shorter. */
export function headBytesOf({ bytes }: Frame): number {
  return bytes.length < headerBytes ? 0 : headerBytes;
}
