import type { DataRecord, LoggerTimes } from "./messages.js";

/** Head of the newest live record whose time is known, kept with the device. */
export interface LiveHead extends LoggerTimes {
  readonly recordCounter: number;
}

/** 2017-07-14 and 2099-12-04: no logger is older, no clock is further ahead. */
const earliestS = 1.5e9;
const latestS = 4.1e9;

/** Records this close together lie within about three hours, so that hardly a night was between them. */
const closeRecords = 36;

/** When a record was measured, in seconds since 1970; `unknown`: the logger did not know it: docs/protocols/solarman.md §9. */
export function measuredAtS(times: LoggerTimes): number | "unknown" | "implausible" {
  if (times.offsetS === 0) return "unknown";
  const at = times.totalS + times.offsetS;
  return at >= earliestS && at <= latestS ? at : "implausible";
}

/**
 * Time of a stored record that does not know its own, from the newest live record of the same logger: right as long as
 * the logger kept running in between. Undefined where it may not have: docs/protocols/solarman.md §10.
 */
export function storedAtS(record: DataRecord, live: LiveHead | undefined): number | undefined {
  if (live === undefined || record.totalS > live.totalS) return undefined;
  const ranOn = record.totalS >= live.totalS - live.powerOnS;
  const recordsBetween = live.recordCounter - record.recordCounter;
  const isClose = recordsBetween >= 0 && recordsBetween <= closeRecords;
  return ranOn || isClose ? record.totalS + live.offsetS : undefined;
}
