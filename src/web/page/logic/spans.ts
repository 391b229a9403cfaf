import type { time as english } from "../../../texts/en/time.js";
import type { Wording } from "../../../texts/wording.js";
import { fill, formOf } from "./fill.js";

export type TimeTexts = Wording<typeof english>;

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How a language speaks of time. */
export interface TimeWords {
  readonly texts: TimeTexts;
  readonly plural: Intl.PluralRules;
}

/** A span in at most two units: `12 s`, `5 min`, `2 h 5 min`, `3 days`. Below zero counts as nothing. */
export function formatSpan(ms: number, { texts, plural }: TimeWords): string {
  const span = Math.max(0, ms);
  if (span < minute) return fill(texts.seconds, { n: Math.floor(span / 1000) });
  if (span < hour) return fill(texts.minutes, { n: Math.floor(span / minute) });
  if (span >= 2 * day) {
    const count = Math.floor(span / day);
    return fill(formOf(texts.days, count, plural), { count });
  }
  const [hours, minutes] = [Math.floor(span / hour), Math.floor((span % hour) / minute)];
  return minutes === 0 || hours >= 10
    ? fill(texts.hours, { n: hours })
    : fill(texts.hoursMinutes, { n: hours, minutes });
}

/** How long ago: `12 s ago`. A moment that is not over counts as now. */
export function formatAgo(at: number, now: number, words: TimeWords): string {
  const span = now - at;
  if (span < 1000) return words.texts.now;
  if (span < 2 * day) return fill(words.texts.ago, { span: formatSpan(span, words) });
  const count = Math.floor(span / day);
  return fill(formOf(words.texts.daysAgo, count, words.plural), { count });
}
