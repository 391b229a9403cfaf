import type { EpochMs } from "../../model/time.js";
import type { JsonObject, JsonValue } from "../../model/value.js";

/** How often a property was read and how often its value was another one than before. */
export interface PropertyCount {
  readonly queries: number;
  readonly changes: number;
  readonly lastChangeAt: EpochMs | undefined;
}

/** Counts of each property since the unit was first seen, by state key. */
export class PropertyStatistics {
  readonly #counts = new Map<string, PropertyCount>();

  constructor(saved: JsonValue | undefined = {}) {
    if (typeof saved !== "object" || saved === null || Array.isArray(saved)) return;
    for (const [key, row] of Object.entries(saved)) {
      if (!Array.isArray(row)) continue;
      const [queries, changes, lastChangeAt] = row;
      if (typeof queries !== "number" || typeof changes !== "number") continue;
      this.#counts.set(key, {
        queries,
        changes,
        lastChangeAt: typeof lastChangeAt === "number" ? (lastChangeAt as EpochMs) : undefined,
      });
    }
  }

  countRead(key: string, changed: boolean, now: EpochMs): void {
    const { queries, changes, lastChangeAt } = this.of(key);
    this.#counts.set(key, {
      queries: queries + 1,
      changes: changes + (changed ? 1 : 0),
      lastChangeAt: changed ? now : lastChangeAt,
    });
  }

  of(key: string): PropertyCount {
    return this.#counts.get(key) ?? { queries: 0, changes: 0, lastChangeAt: undefined };
  }

  /** `{key: [queries, changes, time of the last change or null]}`: what the constructor takes. */
  toJson(): JsonObject {
    const rows = [...this.#counts].map(([key, { queries, changes, lastChangeAt }]): [string, JsonValue] => [
      key,
      [queries, changes, lastChangeAt ?? null],
    ]);
    return Object.fromEntries(rows);
  }
}
