import type { EnergyDay } from "../../api-types.js";

/** Without the days before anything was known, but at least the last `atLeast`. */
export function shownDays(days: readonly EnergyDay[], atLeast: number): readonly EnergyDay[] {
  const first = days.findIndex(({ kwh }) => kwh !== null);
  return days.slice(Math.max(0, Math.min(first === -1 ? days.length : first, days.length - atLeast)));
}

export interface EnergySummary {
  readonly total: number;
  /** The day with most; undefined where no day has any. */
  readonly best: { readonly day: string; readonly kwh: number } | undefined;
  /** How many days are known. */
  readonly known: number;
}

/** What a month of days says in short; days that are not known count for nothing. */
export function summarizeEnergy(days: readonly EnergyDay[]): EnergySummary {
  const known = days.flatMap(({ day, kwh }) => (kwh === null ? [] : [{ day, kwh }]));
  const best = known.reduce<EnergySummary["best"]>(
    (found, one) => (one.kwh > (found?.kwh ?? 0) ? one : found),
    undefined,
  );
  return { total: known.reduce((sum, { kwh }) => sum + kwh, 0), best, known: known.length };
}

/** A round number at or above the highest value, for the top of an axis: 1, 2, 2.5, 4, 5 or 8 times a power of ten. */
export function topOf(highest: number): number {
  if (!(highest > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(highest));
  const step = [1, 2, 2.5, 4, 5, 8, 10].find((factor) => factor * power >= highest * (1 - 1e-9)) ?? 10;
  return Number((step * power).toPrecision(3));
}
