import type { Channel } from "./books.js";
import { countInterval, joulesOf } from "./energy.js";
import { type Entry, expiryIn, isNewer, note, touchChannel } from "./entry.js";
import { shownForS } from "./freshness.js";
import type { IntervalElement } from "./report.js";

const regularLengthsS = [300, 900];

/** Counts each interval once, and shows the power of those that are current. */
export function takeIntervals(entry: Entry): void {
  const { books, report, local, now, clock } = entry;
  const today = local.day(Math.floor(now / 1000));
  if (books.today.day !== today) books.today = { day: today, joules: 0 };
  for (const interval of report.intervals) {
    const channel = touchChannel(entry, interval.eqid);
    if (channel === undefined) continue;
    const joules = joulesOf(interval);
    if (typeof joules === "string") {
      if (joules === "implausible_value" || !books.toldOfLists) note(entry, joules);
      continue;
    }
    showPower(entry, channel, interval, joules);
    const counted = countInterval(books, channel, interval, joules);
    if (counted === "overlap") note(entry, "interval_overlaps");
    if (counted === "overlap" || counted === "repeat") continue;
    if (counted === "counted-anew") note(entry, "interval_id_reused");
    entry.news += 1;
    entry.counted += 1;
    if (local.day(interval.endDate + clock.shiftS) === today) books.today.joules += joules;
    if (regularLengthsS.includes(interval.intervalDurationS)) books.gridS = interval.intervalDurationS;
  }
  books.toldOfLists ||= report.intervals.some(({ stats }) => stats.length !== 1);
}

/** The mean of the seconds that are covered. A long interval is an estimate: right in sum, meaningless as power. */
function showPower(entry: Entry, channel: Channel, interval: IntervalElement, joules: number): void {
  const { endDate, intervalDurationS, statDurationS } = interval;
  if (intervalDurationS > shownForS || statDurationS <= 0 || statDurationS > intervalDurationS) return;
  const expiresAt = expiryIn(entry, endDate);
  if (expiresAt === undefined || !isNewer(entry, channel.power, endDate)) return;
  channel.power = { at: endDate, expiresAt, watts: joules / statDurationS };
}
