import type { EpochMs } from "../../model/time.js";
import { type Address, encodeAcknowledgementFrame, encodeAnswer } from "./encoder.js";
import { commandKinds } from "./enums.js";
import { isReportType } from "./exchanges.js";
import type { LoggerTimes } from "./messages.js";
import { headerBytes, trailerBytes } from "./splitter.js";

/** 2020-01-01T00:00:00Z. An earlier time would reset the logger's life counter. */
const earliestMs = 1_577_836_800_000;
/** What a logger says in place of the Modbus frame when its inverter does not answer: docs/protocols/solarman.md §8. */
const inverterSilent = Uint8Array.of(5, 0);

/** A host whose clock was never set tells no logger the time. */
export function isClockSet(now: EpochMs): boolean {
  return now >= earliestMs;
}

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
  if (!isReportType(type) || !isClockSet(now)) return undefined;
  const address = { ...addressOf(request), serverSequence: (request[5] ?? 0) + 1 };
  const hasPayload = request.length > headerBytes + trailerBytes;
  const firstByte = hasPayload ? (request[headerBytes] ?? 0) : 0;
  return encodeAcknowledgementFrame(address, {
    of: type,
    firstByte,
    unixTimeS: Math.floor(now / 1000),
    timezoneMinutes,
  });
}

/**
 * What a logger would answer to a Modbus command that it could not carry out. `times`: the logger's own; `deviceSequence`: its
 * next number.
 */
export function encodeRefusal(command: Uint8Array, times: LoggerTimes, deviceSequence: number): Uint8Array {
  return encodeAnswer({ ...addressOf(command), deviceSequence }, times, commandKinds.modbus, inverterSilent);
}

function addressOf(frame: Uint8Array): Address {
  return {
    serverSequence: frame[5] ?? 0,
    deviceSequence: frame[6] ?? 0,
    loggerSerial: new DataView(frame.buffer, frame.byteOffset).getUint32(7, true),
  };
}
