import type { EpochMs } from "../../model/time.js";
import { admitInverter, type Books, type Channel, channelOf } from "./books.js";
import { type Clock, expiryOf, isAhead } from "./freshness.js";
import type { Eqid, PerfReport } from "./report.js";
import type { LocalTime } from "./time-text.js";

/** A report while it is entered into the books. */
export interface Entry {
  readonly books: Books;
  readonly report: PerfReport;
  readonly clock: Clock;
  readonly now: EpochMs;
  readonly local: LocalTime;
  /** Serial numbers of inverters of which the report says something. */
  readonly touched: Set<string>;
  /** How often each anomaly was met. */
  readonly tally: Map<string, number>;
  /** Intervals and events that were not in the books. */
  news: number;
  /** Of the intervals, those that were counted. */
  counted: number;
}

export function note(entry: Entry, kind: string): void {
  entry.tally.set(kind, (entry.tally.get(kind) ?? 0) + 1);
}

/** False where the inverter is one too many. */
export function touchInverter(entry: Entry, serial: string): boolean {
  if (!admitInverter(entry.books, serial)) {
    note(entry, "too_many_inverters");
    return false;
  }
  entry.touched.add(serial);
  return true;
}

/** The books of a channel; an id without a channel means the first. Undefined: one too many. */
export function touchChannel(entry: Entry, eqid: Eqid): Channel | undefined {
  if (!touchInverter(entry, eqid.serial)) return undefined;
  const channel = channelOf(entry.books, `${eqid.serial}.${Math.max(1, eqid.channel ?? 1)}`);
  if (channel === undefined) note(entry, "too_many_inverters");
  return channel;
}

/** When a datum of `at` expires; undefined where it is not current. */
export function expiryIn(entry: Entry, at: number): EpochMs | undefined {
  return expiryOf(entry.clock, at, entry.report.reportedAt, entry.now);
}

/** The later of two times; one that lies ahead of a current report came of a clock that had jumped, and gives way. */
export function laterTime({ clock, report }: Entry, before: number | undefined, at: number): number {
  if (before === undefined || (clock.live && isAhead(before, report.reportedAt))) return at;
  return Math.max(before, at);
}

/** Whether a datum of `at` may be shown in place of what is shown. */
export function isNewer(entry: Entry, shown: { at: number; expiresAt: number } | undefined, at: number): boolean {
  if (shown === undefined || shown.expiresAt <= entry.now || isAhead(shown.at, entry.report.reportedAt)) return true;
  return at > shown.at;
}
