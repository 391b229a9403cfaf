import type { EntityDescription } from "../model/entity.js";
import type { EnergyDayRecord } from "../model/history.js";
import type { EpochMs } from "../model/time.js";
import { shiftDay } from "./shift-day.js";

/** The counter of a device whose days are drawn. */
export interface EnergyCounter {
  readonly key: string;
  readonly name: string;
  /** What one of its units is in kWh. */
  readonly scale: number;
  /** The most that it can gain in an hour, in kWh. */
  readonly maxPerHour: number;
}

/** What a counter showed, in kWh. */
export interface CounterReading {
  readonly day: string;
  readonly at: EpochMs;
  readonly value: number;
}

/** What one unit is in kWh. */
const scales: Readonly<Record<string, number>> = { Wh: 0.001, kWh: 1, MWh: 1_000 };
/** Those that tell what a whole device brought, the best first. */
const mainKeys: readonly string[] = ["energy_total", "pv_energy_total"];
/** Where nothing is said: more than a large roof brings. */
const defaultMaxPerHour = 250;
/** As `devices/totals.ts`: counters have a coarse last digit, and a reading may lag. */
const slackKwh = 0.2;
const hourMs = 3_600_000;

/** The main one of the lifetime counters; undefined where there is none of energy. */
export function energyCounterOf(entities: readonly EntityDescription[]): EnergyCounter | undefined {
  const counters = entities.filter(({ total, unit = "" }) => total === "lifetime" && scales[unit] !== undefined);
  const named = mainKeys.map((key) => counters.find((one) => one.key === key)).find((one) => one !== undefined);
  const entity = named ?? counters[0];
  if (entity === undefined) return undefined;
  const { key, name, unit = "", maxPerHour } = entity;
  const scale = scales[unit] ?? 1;
  return { key, name, scale, maxPerHour: maxPerHour === undefined ? defaultMaxPerHour : maxPerHour * scale };
}

/**
 * The record of the reading's day, out of the newest one that is known. What a counter gained since the last reading
 * belongs to the day on which it came: also what it gained over days on which nothing was heard of it, so that the sum
 * of all days is what the counter gained. A day is whole where the counter was known on the day before. A counter that
 * falls, or gains more than it can, is another one: it begins anew and its first value brings nothing. A reading of an
 * earlier day, of a clock that was set back by a little, counts as one of the newest day. Nothing new: the same record.
 */
export function nextEnergyDay(
  known: EnergyDayRecord | undefined,
  { day, at, value }: CounterReading,
  { key, maxPerHour }: EnergyCounter,
): EnergyDayRecord {
  const fresh = { day, key, from: value, last: value, at, before: 0 };
  if (known === undefined) return { ...fresh, isWhole: false };
  const isSame = key === known.key && isGain(known, value, at, maxPerHour);
  if (isNewDay(day, known.day)) {
    const isWhole = known.day === shiftDay(day, -1);
    if (!isSame) return { ...fresh, isWhole };
    return { ...fresh, isWhole, from: known.last, at: stands(known, value, at) ? known.at : at };
  }
  if (!isSame) return { ...known, key, before: gainOf(known), from: value, last: value, at };
  return stands(known, value, at) ? known : { ...known, last: value, at };
}

/** What the day brought, in kWh; never negative. */
export function gainOf({ before, last, from }: EnergyDayRecord): number {
  return before + last - from;
}

/** A clock that was ahead by days is not waited for. */
function isNewDay(day: string, known: string): boolean {
  return day !== known && (day > known || day < shiftDay(known, -1));
}

/** True: nothing came since, and the clock was not set back. */
function stands(known: EnergyDayRecord, value: number, at: EpochMs): boolean {
  return value === known.last && at >= known.at;
}

function isGain(known: EnergyDayRecord, value: number, at: EpochMs, maxPerHour: number): boolean {
  const hours = Math.max(0, at - known.at) / hourMs;
  return value >= known.last && value - known.last <= maxPerHour * hours + slackKwh;
}
