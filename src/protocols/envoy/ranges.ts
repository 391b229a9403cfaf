import type { JsonValue } from "../../model/value.js";

/** Merged half-open ranges as ascending bounds: `[from, to, from, to, …]`. */
export type Ranges = readonly number[];

/** True where all of [from, to) is in one of the ranges. */
export function covers(ranges: Ranges, from: number, to: number): boolean {
  const next = firstAbove(ranges, from);
  const end = ranges[next];
  return next % 2 === 1 && end !== undefined && to <= end;
}

export function contains(ranges: Ranges, value: number): boolean {
  return covers(ranges, value, value + 1);
}

/** The ranges with [from, to) in them; ranges that touch become one. */
export function addRange(ranges: Ranges, from: number, to: number): Ranges {
  if (to <= from) return ranges;
  const first = firstAtOrAbove(ranges, from);
  const last = firstAbove(ranges, to);
  const bounds = [...(first % 2 === 0 ? [from] : []), ...(last % 2 === 0 ? [to] : [])];
  return [...ranges.slice(0, first), ...bounds, ...ranges.slice(last)];
}

/** The highest `most` ranges. */
export function newestRanges(ranges: Ranges, most: number): Ranges {
  return ranges.length <= 2 * most ? ranges : ranges.slice(-2 * most);
}

/** Undefined where the value is no such list. */
export function parseRanges(value: JsonValue | undefined): Ranges | undefined {
  if (!Array.isArray(value) || value.length % 2 !== 0) return undefined;
  const ranges: number[] = [];
  for (const bound of value) {
    const previous = ranges.at(-1) ?? Number.NEGATIVE_INFINITY;
    if (typeof bound !== "number" || !Number.isSafeInteger(bound) || bound <= previous) return undefined;
    ranges.push(bound);
  }
  return ranges;
}

function firstAbove(ranges: Ranges, value: number): number {
  return search(ranges, (bound) => bound > value);
}

function firstAtOrAbove(ranges: Ranges, value: number): number {
  return search(ranges, (bound) => bound >= value);
}

/** Index of the first bound for which `holds`; it holds for all behind. */
function search(ranges: Ranges, holds: (bound: number) => boolean): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(ranges[middle] ?? Number.POSITIVE_INFINITY)) high = middle;
    else low = middle + 1;
  }
  return low;
}
