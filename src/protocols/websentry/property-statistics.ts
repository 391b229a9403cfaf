import type { EpochMs } from "../../model/time.js";
import type { JsonObject, JsonValue } from "../../model/value.js";

/** How often a property was read and how often its value was another one than before. */
export interface PropertyCount {
  readonly queries: number;
  readonly changes: number;
  readonly lastChangeAt: EpochMs | undefined;
  /** The newest answer, as `rawHex` writes it; undefined where only an earlier version read it. */
  readonly raw: string | undefined;
}

/** More than a unit has; further ones are not counted. */
const mostProperties = 2_048;
const nothing: PropertyCount = { queries: 0, changes: 0, lastChangeAt: undefined, raw: undefined };

/** Counts of each property since the unit was first seen, by state key. */
export class PropertyStatistics {
  readonly #counts = new Map<string, PropertyCount>();

  constructor(saved: JsonValue | undefined = {}) {
    if (typeof saved !== "object" || saved === null || Array.isArray(saved)) return;
    for (const [key, row] of Object.entries(saved)) {
      if (!Array.isArray(row)) continue;
      const [queries, changes, lastChangeAt, raw] = row;
      if (typeof queries !== "number" || typeof changes !== "number") continue;
      this.#counts.set(key, {
        queries,
        changes,
        lastChangeAt: typeof lastChangeAt === "number" ? (lastChangeAt as EpochMs) : undefined,
        raw: typeof raw === "string" ? raw : undefined,
      });
    }
  }

  /** Of all that were read. */
  keys(): readonly string[] {
    return [...this.#counts.keys()];
  }

  countRead(key: string, changed: boolean, now: EpochMs): void {
    if (!this.#counts.has(key) && this.#counts.size >= mostProperties) return;
    const count = this.of(key);
    this.#counts.set(key, {
      ...count,
      queries: count.queries + 1,
      changes: count.changes + (changed ? 1 : 0),
      lastChangeAt: changed ? now : count.lastChangeAt,
    });
  }

  /** The newest answer of a property that was read before; of others nothing is kept. */
  keepRaw(key: string, raw: string): void {
    const count = this.#counts.get(key);
    if (count !== undefined && count.raw !== raw) this.#counts.set(key, { ...count, raw });
  }

  of(key: string): PropertyCount {
    return this.#counts.get(key) ?? nothing;
  }

  /** `{key: [queries, changes, time of the last change or null, newest answer]}`: what the constructor takes. */
  toJson(): JsonObject {
    const rows = [...this.#counts].map(([key, { queries, changes, lastChangeAt, raw }]): [string, JsonValue] => {
      const row = [queries, changes, lastChangeAt ?? null];
      return [key, raw === undefined ? row : [...row, raw]];
    });
    return Object.fromEntries(rows);
  }
}
