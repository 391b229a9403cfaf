import type { EntityDescription } from "../model/entity.js";
import type { HistoryRecord } from "../model/history.js";
import type { EpochMs } from "../model/time.js";
import type { Values } from "../model/value.js";
import { meanOf } from "./chart-points.js";
import { chartedValue, isMeasurement } from "./charted-entities.js";

/** Values that come closer than this count once, by the newest: a device that reports each second is not worth more. */
const sampleEveryMs = 10_000;

/** The piece of a device's time that is not over yet. */
export class RunningBucket {
  /** When it began. */
  readonly at: EpochMs;
  readonly #entities: readonly EntityDescription[];
  /** The newest values, which are not counted yet, and from when on they are the newest but one. */
  #newest: Values;
  #newestUntil: number;
  /** Of each entity the sum of its values, or the last one; undefined until there is more than the newest. */
  #sums: Float64Array | undefined;
  #counts = new Uint32Array(0);

  /** `entities`: whose values are taken. `values`: the first ones. */
  constructor(at: EpochMs, entities: readonly EntityDescription[], values: Values, now: EpochMs) {
    this.at = at;
    this.#entities = entities;
    this.#newest = values;
    this.#newestUntil = now + sampleEveryMs;
  }

  /** `values` are not changed any more. */
  add(values: Values, now: EpochMs): void {
    if (now >= this.#newestUntil) {
      this.#count();
      this.#newestUntil = now + sampleEveryMs;
    }
    this.#newest = values;
  }

  /** What came so far; without entities that had no value. */
  record(): HistoryRecord {
    const values: Record<string, number> = {};
    for (const [index, entity] of this.#entities.entries()) {
      const value = this.#valueAt(index, entity);
      if (value !== undefined) values[entity.key] = value;
    }
    return { at: this.at, values };
  }

  /** Of one key what `record` would tell. */
  valueOf(key: string): number | undefined {
    const index = this.#entities.findIndex((entity) => entity.key === key);
    const entity = this.#entities[index];
    return entity === undefined ? undefined : this.#valueAt(index, entity);
  }

  /** The same time with other entities; what stays counts as one value so far. */
  withEntities(entities: readonly EntityDescription[], now: EpochMs): RunningBucket {
    return new RunningBucket(this.at, entities, this.record().values, now);
  }

  #valueAt(index: number, entity: EntityDescription): number | undefined {
    const newest = chartedValue(this.#newest[entity.key], entity);
    const count = this.#counts[index] ?? 0;
    if (count === 0) return newest;
    const sum = this.#sums?.[index] ?? 0;
    if (!isMeasurement(entity)) return newest ?? sum;
    return newest === undefined ? meanOf(sum, count) : meanOf(sum + newest, count + 1);
  }

  #count(): void {
    const entities = this.#entities;
    const sums = this.#sums ?? new Float64Array(entities.length);
    if (this.#sums === undefined) this.#counts = new Uint32Array(entities.length);
    this.#sums = sums;
    for (const [index, entity] of entities.entries()) {
      const value = chartedValue(this.#newest[entity.key], entity);
      if (value === undefined) continue;
      sums[index] = isMeasurement(entity) ? (sums[index] ?? 0) + value : value;
      this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    }
  }
}
