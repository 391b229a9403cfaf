import type { Point } from "../../api-types.js";

const shortestMs = 1_800_000;

/** The span to draw: the last `longestMs`, or as much of it as there are values for, but no less than half an hour. */
export function sparkSpan(
  points: readonly Point[],
  to: number,
  longestMs: number,
): readonly [from: number, to: number] {
  const first = points.find(([at, value]) => value !== null && at >= to - longestMs)?.[0] ?? to;
  return [Math.max(to - longestMs, Math.min(first, to - shortestMs)), to];
}

export interface Box {
  readonly width: number;
  readonly height: number;
}

/** A line and the area under it, as paths of SVG; empty where there is nothing to draw. */
export interface Sparkline {
  readonly line: string;
  readonly area: string;
}

/**
 * Draws the points between `from` and `to`, the lowest value at the bottom. Values that never fall below zero stand on zero. A
 * gap interrupts the line; a lone point between gaps is a short dash.
 */
export function drawSparkline(points: readonly Point[], from: number, to: number, box: Box): Sparkline {
  const shown = points.filter(([at]) => at >= from && at <= to);
  const values = shown.flatMap(([, value]) => (value === null ? [] : [value]));
  if (values.length === 0 || to <= from) return { line: "", area: "" };
  const lowest = Math.min(0, ...values);
  const span = Math.max(...values) - lowest;
  const x = (at: number): number => rounded(((at - from) / (to - from)) * box.width);
  const y = (value: number): number =>
    span === 0 ? box.height : rounded(box.height - ((value - lowest) / span) * box.height);
  const strokes = cutAtGaps(shown).map((stroke) => stroke.map(([at, value]) => [x(at), y(value)] as const));
  return {
    line: strokes.map((stroke) => lineThrough(stroke)).join(""),
    area: strokes.map((stroke) => areaUnder(stroke, box.height)).join(""),
  };
}

type Place = readonly [x: number, y: number];

function cutAtGaps(points: readonly Point[]): readonly (readonly (readonly [number, number])[])[] {
  const strokes: (readonly [number, number])[][] = [[]];
  for (const [at, value] of points) {
    if (value === null) strokes.push([]);
    else strokes.at(-1)?.push([at, value]);
  }
  return strokes.filter((stroke) => stroke.length > 0);
}

function lineThrough(stroke: readonly Place[]): string {
  const [first, ...rest] = stroke;
  if (first === undefined) return "";
  if (rest.length === 0) return `M${first[0]} ${first[1]}h1`;
  return `M${first[0]} ${first[1]}${rest.map(([x, y]) => `L${x} ${y}`).join("")}`;
}

function areaUnder(stroke: readonly Place[], bottom: number): string {
  const [first, last] = [stroke[0], stroke.at(-1)];
  if (first === undefined || last === undefined || stroke.length < 2) return "";
  return `${lineThrough(stroke)}L${last[0]} ${bottom}L${first[0]} ${bottom}Z`;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
