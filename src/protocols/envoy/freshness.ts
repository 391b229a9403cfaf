import type { EpochMs } from "../../model/time.js";
import type { ClockNotes } from "./books.js";

/** How long a datum is shown, by the Envoy's clock: docs/protocols/envoy.md §8. */
export const shownForS = 900;
const transitLimitS = 600;
/** A datum may be this far ahead of the report that brings it. */
const aheadLimitS = 300;
/** So many reports in a row, off by the same within this many seconds, and it is the clock and not an old report. */
const offReportsNeeded = 3;
const offsetSpreadS = 120;

export interface Clock {
  readonly notes: ClockNotes;
  /** False: an old report, played again. Nothing in it is current. */
  readonly live: boolean;
  /** What is added to the Envoy's times to get this host's; 0 unless the Envoy's clock is off. */
  readonly shiftS: number;
}

/** `isNewReport`: its time is none of those seen lately. */
export function judgeClock(before: ClockNotes, reportedAt: number, now: EpochMs, isNewReport: boolean): Clock {
  const offsetS = Math.round(now / 1000) - reportedAt;
  if (Math.abs(offsetS) <= transitLimitS) return { notes: { offsetS, offReports: 0 }, live: true, shiftS: 0 };
  const steady = before.offReports > 0 && Math.abs(offsetS - before.offsetS) <= offsetSpreadS;
  const offReports = isNewReport ? (steady ? before.offReports + 1 : 1) : before.offReports;
  const isOff = steady && offReports >= offReportsNeeded;
  const notes = isNewReport ? { offsetS, offReports } : before;
  return { notes, live: isOff, shiftS: isOff ? offsetS : 0 };
}

/** When a datum stops being current, by this host's clock; undefined where it is not current now. */
export function expiryOf(clock: Clock, at: number, reportedAt: number, now: EpochMs): EpochMs | undefined {
  const ageS = reportedAt - at;
  if (!clock.live || ageS > shownForS || ageS < -aheadLimitS) return undefined;
  const expiresAt = ((at + clock.shiftS + shownForS) * 1000) as EpochMs;
  return expiresAt > now ? expiresAt : undefined;
}

/** Whether `at` is after every moment that the report can speak of, as after a jump of the Envoy's clock. */
export function isAhead(at: number, reportedAt: number): boolean {
  return at > reportedAt + aheadLimitS;
}
