import type { HistoryRecord } from "../model/history.js";
import type { EpochMs } from "../model/time.js";
import { addPoint, type ChartPoint, meanOf } from "./chart-points.js";

/** How far a sparkline looks back, and how finely. */
export const sparkSlots = 48;
export const sparkSlotMs = 30 * 60_000;

/** What came since the last record; undefined: nothing of this key. */
export interface RunningValue {
  readonly at: EpochMs;
  readonly value: number | undefined;
}

/** One key's last day in half hours, kept small: each slot is used again a day later. */
export class Sparkline {
  readonly #key: string;
  readonly #isMean: boolean;
  /** When the newest record of each slot began. */
  readonly #latest = new Float64Array(sparkSlots).fill(Number.NEGATIVE_INFINITY);
  readonly #sums = new Float64Array(sparkSlots);
  readonly #counts = new Uint16Array(sparkSlots);

  /** `isMean`: a slot's value is the mean of its records, else the last. */
  constructor(key: string, isMean: boolean) {
    this.#key = key;
    this.#isMean = isMean;
  }

  /** Each record once. Older ones may come late. */
  add({ at, values }: HistoryRecord): void {
    const value = values[this.#key];
    if (typeof value !== "number") return;
    const slot = slotOf(at);
    const latest = this.#latest[slot] ?? at;
    const goesOn = this.#isMean && beginOf(latest) === beginOf(at);
    if (!goesOn && at < latest) return;
    this.#latest[slot] = Math.max(latest, at);
    this.#sums[slot] = (goesOn ? (this.#sums[slot] ?? 0) : 0) + value;
    this.#counts[slot] = (goesOn ? (this.#counts[slot] ?? 0) : 0) + 1;
  }

  /** Breaks are as in `chartPoints`. */
  points(now: EpochMs, gapMs: number, running: RunningValue | undefined): readonly ChartPoint[] {
    const points: ChartPoint[] = [];
    const newest = beginOf(now);
    for (let begin = newest - (sparkSlots - 1) * sparkSlotMs; begin <= newest; begin += sparkSlotMs) {
      const more = running !== undefined && beginOf(running.at) === begin ? running.value : undefined;
      const value = this.#valueOf(begin, more);
      if (value !== undefined) addPoint(points, [begin as EpochMs, value], { stepMs: sparkSlotMs, gapMs });
    }
    return points;
  }

  #valueOf(begin: number, more: number | undefined): number | undefined {
    const slot = slotOf(begin);
    const known = beginOf(this.#latest[slot] ?? 0) === begin ? (this.#counts[slot] ?? 0) : 0;
    if (more !== undefined && (known === 0 || !this.#isMean)) return more;
    if (known === 0) return undefined;
    const sum = this.#sums[slot] ?? 0;
    return more === undefined ? meanOf(sum, known) : meanOf(sum + more, known + 1);
  }
}

function beginOf(at: number): number {
  return Math.floor(at / sparkSlotMs) * sparkSlotMs;
}

function slotOf(at: number): number {
  return Math.floor(at / sparkSlotMs) % sparkSlots;
}
