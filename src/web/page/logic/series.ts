import type { Point, SeriesView } from "../../api-types.js";

/** Lowest, highest and newest value of a series; undefined where it has none. */
export interface Extent {
  readonly lowest: number;
  readonly highest: number;
  readonly newest: number;
}

/** Gaps count for nothing. */
export function extentOf(points: readonly Point[]): Extent | undefined {
  let found: Extent | undefined;
  for (const [, value] of points) {
    if (value === null) continue;
    found = {
      lowest: Math.min(found?.lowest ?? value, value),
      highest: Math.max(found?.highest ?? value, value),
      newest: value,
    };
  }
  return found;
}

/** Series that share an axis. */
export interface SeriesGroup {
  readonly unit: string | undefined;
  readonly series: readonly SeriesView[];
}

/** By their units, in the order in which these come first. */
export function groupByUnit(series: readonly SeriesView[]): readonly SeriesGroup[] {
  const units = [...new Set(series.map(({ unit }) => unit))];
  return units.map((unit) => ({ unit, series: series.filter((one) => one.unit === unit) }));
}

/**
 * Times of all series in seconds, ascending, and for each series a value at each of them. `undefined`: it has no point there, so
 * a line goes on; `null`: a gap.
 */
export type Aligned = readonly [
  times: readonly number[],
  ...values: readonly (readonly (number | null | undefined)[])[],
];

/** Brings series together on one line of time, as a chart wants them. */
export function align(series: readonly SeriesView[]): Aligned {
  const times = [...new Set(series.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b);
  const values = series.map(({ points }) => {
    const at = new Map(points);
    return times.map((time) => at.get(time));
  });
  return [times.map((time) => time / 1000), ...values];
}

/** How far back the oldest value of all reaches; undefined: there is none. */
export function reachMs(series: readonly SeriesView[], now: number): number | undefined {
  const firsts = series.flatMap(({ points }) => points.find(([, value]) => value !== null)?.[0] ?? []);
  return firsts.length === 0 ? undefined : now - Math.min(...firsts);
}

/** A series with a newer point at its end, no older than `keepMs`. A point that is no newer replaces nothing. */
export function extended(series: SeriesView, point: Point, keepMs: number): SeriesView {
  const last = series.points.at(-1);
  if (last !== undefined && point[0] <= last[0]) return series;
  const points = [...series.points.filter(([at]) => at >= point[0] - keepMs), point];
  return { ...series, points };
}

/** Where a value stands between gaps: a line alone would not show it. */
export function loneIndices(values: ArrayLike<number | null | undefined>): readonly number[] {
  const has = (at: number): boolean => values[at] !== null && values[at] !== undefined;
  return Array.from({ length: values.length }, (_unused, at) => at).filter(
    (at) => has(at) && !has(at - 1) && !has(at + 1),
  );
}
