import type { Books, Channel, SeenIds } from "./books.js";
import { wattLimit } from "./fields.js";
import { addRange, contains, covers, newestRanges } from "./ranges.js";
import type { IntervalElement } from "./report.js";

/** Two months of days, each one range. */
const coveredLimit = 64;
const idRangeLimit = 4096;

export type Counted = "counted" | "counted-anew" | "repeat" | "overlap";

/** Joules of an interval, or why it cannot be counted. */
export function joulesOf(interval: IntervalElement): number | "stats_unreadable" | "implausible_value" {
  const [joules, ...more] = interval.stats;
  if (joules === undefined || more.length > 0) return "stats_unreadable";
  return joules < 0 || joules > wattLimit * interval.intervalDurationS ? "implausible_value" : joules;
}

/**
 * Counts an interval once: docs/protocols/envoy.md §8. What was counted is told by the time that it covers; where times
 * are no longer kept, by its id.
 */
export function countInterval(books: Books, channel: Channel, interval: IntervalElement, joules: number): Counted {
  const to = interval.endDate;
  const from = to - interval.intervalDurationS;
  const isKnown = contains(books.intervalIds, interval.id);
  const isRepeat = from < channel.coveredFrom ? isKnown : covers(channel.covered, from, to);
  if (isRepeat) return isKnown ? "repeat" : "overlap";
  books.intervalIds = newestRanges(addRange(books.intervalIds, interval.id, interval.id + 1), idRangeLimit);
  const covered = addRange(channel.covered, from, to);
  channel.covered = newestRanges(covered, coveredLimit);
  if (channel.covered.length < covered.length) channel.coveredFrom = channel.covered[0] ?? 0;
  channel.joules += joules;
  books.joules += joules;
  return isKnown ? "counted-anew" : "counted";
}

/**
 * Notes the ids of one report: true for each that was not seen before. A known id with a date newer than all before the
 * report belongs to a counter that began anew.
 */
export function idNotes(seen: SeenIds): (id: number, date: number) => boolean {
  const newestBefore = seen.newestAt;
  const inReport = new Set<number>();
  return (id, date) => {
    if (inReport.has(id) || (contains(seen.ids, id) && date <= newestBefore)) return false;
    inReport.add(id);
    seen.ids = newestRanges(addRange(seen.ids, id, id + 1), idRangeLimit);
    seen.newestAt = Math.max(seen.newestAt, date);
    return true;
  };
}
