import type { DeviceStatus, SleepRule } from "../model/device.js";
import type { EpochMs } from "../model/time.js";

export interface SignsOfLife {
  readonly lastSeen: EpochMs;
  /** Since when Cloudtap listens: silence from before its start says nothing. */
  readonly listeningSince: EpochMs;
  /** Silence beyond this is no longer usual. */
  readonly silenceLimitMs: number;
  readonly sleep?: SleepRule;
  /** Last number that the sleep rule's power key showed, in watts. */
  readonly lastPowerW?: number;
}

export interface Availability {
  readonly status: DeviceStatus;
  readonly available: boolean;
  /** When the answer may become another one without any new sign of life. */
  readonly until?: EpochMs;
}

/** Hour of the day, 0 to 23, in an IANA time zone; undefined where the zone is unknown. */
export type LocalHour = (timezone: string, at: EpochMs) => number | undefined;

const hourMs = 3_600_000;
const longestSleepMs = 24 * hourMs;
/** All time zones are a multiple of this away from UTC, so hours begin only there. */
const quarterMs = 15 * 60_000;

/**
 * A device is asleep when it fell silent in the dark and it still is dark. One that fell silent by day is a fault
 * and stays one at night.
 */
export function availabilityAt(signs: SignsOfLife, now: EpochMs, localHour: LocalHour): Availability {
  const silentAt = signs.lastSeen + signs.silenceLimitMs;
  if (now < silentAt) return { status: "online", available: true, until: silentAt as EpochMs };
  const noticedAt = Math.min(now, Math.max(silentAt, signs.listeningSince)) as EpochMs;
  const wakeBy = signs.lastSeen + longestSleepMs;
  const { sleep } = signs;
  const asleep =
    sleep !== undefined &&
    now < wakeBy &&
    isDark(signs, sleep, noticedAt, localHour) &&
    isDark(signs, sleep, now, localHour);
  if (!asleep) return { status: "offline", available: false };
  const nextQuarter = (Math.floor(now / quarterMs) + 1) * quarterMs;
  const until = hasLowPower(signs, sleep) ? wakeBy : Math.min(wakeBy, nextQuarter);
  return { status: "asleep", available: sleep.availableAsleep, until: until as EpochMs };
}

function isDark(signs: SignsOfLife, sleep: SleepRule, at: EpochMs, localHour: LocalHour): boolean {
  if (hasLowPower(signs, sleep)) return true;
  const hour = sleep.timezone === undefined ? undefined : localHour(sleep.timezone, at);
  return hour !== undefined && (hour >= 20 || hour < 6);
}

function hasLowPower(signs: SignsOfLife, sleep: SleepRule): boolean {
  return signs.lastPowerW !== undefined && signs.lastPowerW <= sleep.lowPowerW;
}
