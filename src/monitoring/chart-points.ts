import type { HistoryRecord } from "../model/history.js";
import type { EpochMs } from "../model/time.js";

/** Null: nothing is known from there on, so a line breaks. */
export type ChartPoint = readonly [at: EpochMs, value: number | null];

export interface ChartRule {
  readonly key: string;
  /** Points stand at multiples of it: at the beginning of the time that they tell of. */
  readonly stepMs: number;
  /** Between points further apart than this the line breaks. */
  readonly gapMs: number;
  /** How values of one step become one: their mean, else the last. */
  readonly isMean: boolean;
}

/** More digits than a chart can show. */
const meanDigits = 6;

/** The curve of one key. `records`: oldest first. */
export function chartPoints(
  records: readonly HistoryRecord[],
  { key, stepMs, gapMs, isMean }: ChartRule,
): readonly ChartPoint[] {
  const points: ChartPoint[] = [];
  let step = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let count = 0;
  const close = (): void => {
    if (count > 0) addPoint(points, [step as EpochMs, isMean ? meanOf(sum, count) : sum], { stepMs, gapMs });
  };
  for (const { at, values } of records) {
    const value = values[key];
    if (typeof value !== "number") continue;
    const begin = Math.floor(at / stepMs) * stepMs;
    if (begin !== step) {
      close();
      step = begin;
      sum = 0;
      count = 0;
    }
    sum = isMean ? sum + value : value;
    count += 1;
  }
  close();
  return points;
}

/** Of a single value that value itself. */
export function meanOf(sum: number, count: number): number {
  return count === 1 ? sum : Number((sum / count).toPrecision(meanDigits));
}

/** Adds a point, and before it a break where the last one is too far away. */
export function addPoint(points: ChartPoint[], point: ChartPoint, rule: Pick<ChartRule, "stepMs" | "gapMs">): void {
  const last = points.at(-1);
  if (last !== undefined && point[0] - last[0] > rule.gapMs) points.push([(last[0] + rule.stepMs) as EpochMs, null]);
  points.push(point);
}
