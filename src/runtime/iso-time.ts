import type { EpochUs } from "../model/recording.js";
import type { EpochMs } from "../model/time.js";

/** ISO 8601, UTC; null where the time is unknown, or the calendar does not reach it. */
export function isoTime(at: EpochMs | undefined): string | null {
  if (at === undefined) return null;
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** The same with microseconds. */
export function isoTimeUs(at: EpochUs): string | null {
  const ms = Math.floor(at / 1000);
  const text = isoTime(ms as EpochMs);
  if (text === null) return null;
  return `${text.slice(0, -1)}${String(at - ms * 1000).padStart(3, "0")}Z`;
}
