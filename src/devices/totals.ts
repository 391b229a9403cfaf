import type { RefusedTotal, TotalRecord } from "../model/ports.js";
import type { EpochMs } from "../model/time.js";
import type { Value } from "../model/value.js";

/** What an entity description says of a lifetime counter. */
export interface TotalLimits {
  readonly maxPerHour?: number;
  readonly unit?: string;
}

export interface Verdict {
  /** What is to be remembered; undefined while no value is known. */
  readonly total: TotalRecord | undefined;
  readonly admitted: boolean;
  /** Only when the refusing begins or its reason changes: what was found and what was expected. */
  readonly refusal?: string;
  /** The counter was refused for so long that it is taken for another device's: the total that it replaces. */
  readonly replaces?: number;
}

const hourMs = 3_600_000;
/** How long a counter must stay on one side before it is taken for a replaced device. */
const replacedAfterMs = 24 * hourMs;
/** Counters have a coarse last digit, and a reading may lag: 0.2 kWh, in each unit of energy. */
const slackByUnit: Readonly<Record<string, number>> = { Wh: 200, kWh: 0.2, MWh: 0.0002 };
const slackOfOthers = 0.01;

/**
 * Decides on the next value of a lifetime counter (docs/protocols/solarman.md §11). Refused are zeros once more is known,
 * values below the known one, and rises beyond what `maxPerHour` allows since the last admitted value.
 */
export function admitTotal(known: TotalRecord | undefined, value: Value, limits: TotalLimits, now: EpochMs): Verdict {
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0) return { total: known, admitted: false };
  const reason = known === undefined || known.value === 0 ? undefined : objection(known, value, limits, now);
  if (known === undefined || reason === undefined) {
    return { total: standing(value, now, known?.replacedAt), admitted: true };
  }
  // A zero is a device that boots; it says nothing of another counter that is being watched.
  if (reason === "zero" && known.refused !== undefined) return { total: known, admitted: false };
  const refused = watch(known.refused, { reason, value, now }, limits);
  if (reason !== "zero" && now - refused.since >= replacedAfterMs) {
    return { total: standing(value, now, now), admitted: true, replaces: known.value };
  }
  const total = { ...known, refused };
  if (known.refused?.reason === reason) return { total, admitted: false };
  return { total, admitted: false, refusal: explain(known, value, limits, now) };
}

/**
 * Takes up a total that was published earlier and may be newer than what is known: the larger one counts, unless
 * it is from before a replaced device was accepted. `publishedAt`: undefined where the time is unknown.
 */
export function adoptTotal(known: TotalRecord | undefined, value: Value, publishedAt: EpochMs | undefined): Verdict {
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0) return { total: known, admitted: false };
  const older = known?.replacedAt !== undefined && (publishedAt === undefined || publishedAt < known.replacedAt);
  if (older || (known !== undefined && value <= known.value)) return { total: known, admitted: false };
  return { total: standing(value, publishedAt, known?.replacedAt), admitted: true };
}

function standing(value: number, admittedAt: EpochMs | undefined, replacedAt: EpochMs | undefined): TotalRecord {
  return {
    value,
    ...(admittedAt === undefined ? {} : { admittedAt }),
    ...(replacedAt === undefined ? {} : { replacedAt }),
  };
}

function objection(
  known: TotalRecord,
  value: number,
  limits: TotalLimits,
  now: EpochMs,
): RefusedTotal["reason"] | undefined {
  if (value === 0) return "zero";
  if (value < known.value) return "decrease";
  return value > ceiling(known.value, known.admittedAt, limits, now) ? "jump" : undefined;
}

/** The most that a counter can show at `now`. */
function ceiling(from: number, since: EpochMs | undefined, limits: TotalLimits, now: EpochMs): number {
  if (limits.maxPerHour === undefined || since === undefined) return Number.POSITIVE_INFINITY;
  const slack = slackByUnit[limits.unit ?? ""] ?? from * slackOfOthers;
  return from + (limits.maxPerHour * Math.max(0, now - since)) / hourMs + slack;
}

/** Goes on watching a refused counter as long as it counts like one; else begins anew. */
function watch(
  refused: RefusedTotal | undefined,
  found: { readonly reason: RefusedTotal["reason"]; readonly value: number; readonly now: EpochMs },
  limits: TotalLimits,
): RefusedTotal {
  const { reason, value, now } = found;
  const goesOn =
    refused?.reason === reason &&
    value >= refused.last &&
    value <= ceiling(refused.last, refused.lastAt, limits, now) &&
    now >= refused.lastAt;
  return { reason, since: goesOn ? refused.since : now, last: value, lastAt: now };
}

function explain(known: TotalRecord, value: number, limits: TotalLimits, now: EpochMs): string {
  const most = ceiling(known.value, known.admittedAt, limits, now);
  const expected = Number.isFinite(most) ? `${known.value} to ${round(most)}` : `at least ${known.value}`;
  return `found ${value}, expected ${expected}`;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
