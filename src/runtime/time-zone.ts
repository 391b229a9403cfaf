import type { EpochMs } from "../model/time.js";

/** Offsets change at quarter hours at the earliest. */
const stepMs = 900_000;
const rememberedSteps = 64;

/**
 * Minutes east of UTC that are in force in a time zone, summer time included. `timezone`: an IANA name that the runtime
 * knows, and RangeError at the first use of any other; undefined: the host's.
 */
export function createOffsets(timezone: string | undefined): (at: EpochMs) => number {
  if (timezone === undefined) return (at) => 0 - new Date(at).getTimezoneOffset();
  let known: ((at: EpochMs) => number) | undefined;
  // Most configurations never ask, and the calendars of all zones take megabytes.
  return (at) => {
    known ??= namedOffsets(timezone);
    return known(at);
  };
}

function namedOffsets(timezone: string): (at: EpochMs) => number {
  const parts = new Intl.DateTimeFormat("en-US", {
    ...{ timeZone: timezone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric" },
    ...{ hour: "numeric", minute: "numeric", second: "numeric" },
  });
  const known = new Map<number, number>();
  return (at) => {
    const step = Math.floor(at / stepMs) * stepMs;
    const remembered = known.get(step);
    if (remembered !== undefined) return remembered;
    if (known.size >= rememberedSteps) known.clear();
    const offset = offsetMinutes(parts, step);
    known.set(step, offset);
    return offset;
  };
}

/** The wall clock there, read as if it were UTC, less what UTC says. */
function offsetMinutes(format: Intl.DateTimeFormat, at: number): number {
  const found = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => found.get(name) ?? 0;
  const wall = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return Math.round((wall - at) / 60_000);
}

/** The day there, as `2026-11-21`, for who counts days. `offsetMinutes` as `createOffsets` gives it. */
export function localDay(at: EpochMs, offsetMinutes: (at: EpochMs) => number): string {
  return new Date(at + offsetMinutes(at) * 60_000).toISOString().slice(0, 10);
}
