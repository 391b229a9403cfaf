import type { EpochMs } from "../model/time.js";
import type { Value, Values } from "../model/value.js";

export interface KeyStatistics {
  /** Live readings that held the key. */
  readonly reads: number;
  /** How often a read value differed from the one before. */
  readonly changes: number;
  readonly changedAt: EpochMs | undefined;
}

export interface ValueChange {
  readonly key: string;
  readonly from: Value;
  readonly to: Value;
}

interface Counter {
  reads: number;
  changes: number;
  changedAt: EpochMs | undefined;
}

/** Counts reads and changes of each key since the start. */
export class Statistics {
  readonly #counters = new Map<string, Counter>();
  readonly #limit: number;

  /** `limit`: keys beyond it are not counted. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** `before` and `after` are the state's values around a reading that held `keys`; tells what changed. */
  count(keys: readonly string[], before: Values, after: Values, at: EpochMs): readonly ValueChange[] {
    const changes: ValueChange[] = [];
    for (const key of keys) {
      const counter = this.#counter(key);
      if (counter !== undefined) counter.reads += 1;
      const from = before[key];
      const to = after[key];
      if (from === undefined || to === undefined || Object.is(from, to)) continue;
      changes.push({ key, from, to });
      if (counter === undefined) continue;
      counter.changes += 1;
      counter.changedAt = at;
    }
    return changes;
  }

  byKey(): ReadonlyMap<string, KeyStatistics> {
    return this.#counters;
  }

  #counter(key: string): Counter | undefined {
    const known = this.#counters.get(key);
    if (known !== undefined || this.#counters.size >= this.#limit) return known;
    const counter: Counter = { reads: 0, changes: 0, changedAt: undefined };
    this.#counters.set(key, counter);
    return counter;
  }
}
