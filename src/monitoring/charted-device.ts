import type { EntityDescription } from "../model/entity.js";
import type { HistoryRecord } from "../model/history.js";
import type { EpochMs } from "../model/time.js";
import type { Values } from "../model/value.js";
import { RunningBucket } from "./running-bucket.js";

/** What of a device's history is in memory. */
export class ChartedDevice {
  #entities: readonly EntityDescription[];
  #running: RunningBucket | undefined;
  /** As they were shown last. */
  #values: Values = {};
  #lastSeen: EpochMs | undefined;

  constructor(entities: readonly EntityDescription[]) {
    this.#entities = entities;
  }

  /** Those that are charted. */
  get entities(): readonly EntityDescription[] {
    return this.#entities;
  }

  shownKeys(): readonly string[] {
    return this.#entities.map(({ key }) => key).filter((key) => this.#values[key] !== undefined);
  }

  /** True where the charts show others now. */
  describe(entities: readonly EntityDescription[], now: EpochMs): boolean {
    const before = this.#entities;
    this.#entities = entities;
    const isSame = entities.length === before.length && entities.every((one, index) => isAlike(one, before[index]));
    if (!isSame) this.#running = this.#running?.withEntities(entities, now);
    return !isSame;
  }

  /**
   * True for the state after a reading of this moment. A mere sign of life leaves the values as they are; what is
   * restored, announced again or has expired is not seen anew.
   */
  isNews({ values, lastSeen }: { readonly values: Values; readonly lastSeen: EpochMs }, now: EpochMs): boolean {
    const isSame = values === this.#values;
    // Of a clock that was set back the last sign of life stays in the future.
    const isSeen = lastSeen > now || (lastSeen !== this.#lastSeen && now - lastSeen < recentMs);
    this.#values = values;
    this.#lastSeen = lastSeen;
    return isSeen && !isSame;
  }

  /** `at`: when the piece of time began; what ran before must have been ended. */
  add(values: Values, at: EpochMs, now: EpochMs): void {
    if (this.#running === undefined) this.#running = new RunningBucket(at, this.#entities, values, now);
    else this.#running.add(values, now);
  }

  /** What ran until now; undefined where nothing came. */
  end(): HistoryRecord | undefined {
    const record = this.#running?.record();
    this.#running = undefined;
    return record;
  }

  /** What is not recorded yet. */
  get running(): RunningBucket | undefined {
    return this.#running;
  }

  /** All before is recorded. A stop records the piece of time in which it falls. */
  recordedUntil(now: EpochMs): EpochMs {
    return this.#running?.at ?? ((now + 1) as EpochMs);
  }
}

/** A report that must be on disk first comes a moment late. */
const recentMs = 60_000;

function isAlike(a: EntityDescription, b: EntityDescription | undefined): boolean {
  return a.key === b?.key && a.stateClass === b.stateClass && a.onOff === b.onOff && a.unit === b.unit;
}
