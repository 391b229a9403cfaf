import type { EpochMs } from "../../model/time.js";
import { encodeAcknowledgementFrame } from "./encoder.js";
import { frameTypes } from "./enums.js";
import { headerBytes, trailerBytes } from "./splitter.js";

/** 2020-01-01T00:00:00Z. An earlier time would reset the logger's life counter. */
const earliestMs = 1_577_836_800_000;

/**
 * What the vendor's cloud answers to a whole frame of a device: docs/protocols/solarman.md §7. `timezoneMinutes`: of
 * the inverter now, east of UTC, summer time included. Undefined: the frame calls for no answer, or `now` is the time
 * of a host whose clock was never set. Each answer goes out in a segment of its own.
 */
export function encodeAcknowledgement(
  request: Uint8Array,
  now: EpochMs,
  timezoneMinutes: number,
): Uint8Array | undefined {
  const type = request[4] ?? 0;
  if ((type & 0xf0) !== 0x40 || type === frameTypes.command || now < earliestMs) return undefined;
  const address = {
    serverSequence: (request[5] ?? 0) + 1,
    deviceSequence: request[6] ?? 0,
    loggerSerial: new DataView(request.buffer, request.byteOffset).getUint32(7, true),
  };
  const hasPayload = request.length > headerBytes + trailerBytes;
  const firstByte = hasPayload ? (request[headerBytes] ?? 0) : 0;
  return encodeAcknowledgementFrame(address, {
    of: type,
    firstByte,
    unixTimeS: Math.floor(now / 1000),
    timezoneMinutes,
  });
}
