import type { EpochMs } from "./time.js";

/** What a device showed during one piece of time. */
export interface HistoryRecord {
  /** When the piece began. */
  readonly at: EpochMs;
  /** By key of the state object; switches and binary sensors as 1 and 0. */
  readonly values: Readonly<Record<string, number>>;
}

/** A lifetime counter on one day, in kWh. What the day brought is `before + last - from`. */
export interface EnergyDayRecord {
  /** `2026-11-21`. */
  readonly day: string;
  /** Of the counter, in the state object. */
  readonly key: string;
  /** From where it counts on this day: what it showed last before, else at the day's first reading. */
  readonly from: number;
  readonly last: number;
  /** When `last` was shown first. */
  readonly at: EpochMs;
  /** What counters brought on this day that another one has replaced since. */
  readonly before: number;
  /** True: the counter was known on the day before. */
  readonly isWhole: boolean;
}
