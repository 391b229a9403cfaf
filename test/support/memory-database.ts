import { CloudtapError } from "../../src/runtime/errors.js";
import type { Database } from "../../src/store/database.js";

export interface MemoryDatabase extends Database {
  /** While true, every write is refused as on a full disk. */
  failing: boolean;
  /** Writes that succeeded. */
  readonly writes: number;
}

/** A database without a disk, which can be told to fail. */
export function createMemoryDatabase(): MemoryDatabase {
  const rows = new Map<string, string>();
  let writes = 0;
  let closed = false;
  const refuseWhenClosed = (): void => {
    if (closed) throw new CloudtapError("STORE_FAILED", "the store is closed");
  };
  return {
    failing: false,
    get writes() {
      return writes;
    },
    async get(key) {
      refuseWhenClosed();
      return rows.get(key);
    },
    async getMany(keys) {
      refuseWhenClosed();
      return keys.map((key) => rows.get(key));
    },
    async write(changes) {
      refuseWhenClosed();
      if (this.failing) throw new CloudtapError("STORE_FAILED", "no space left on the disk");
      writes += 1;
      for (const change of changes) {
        if (change.type === "put") rows.set(change.key, change.value);
        else rows.delete(change.key);
      }
    },
    async *entries(prefix) {
      refuseWhenClosed();
      for (const key of [...rows.keys()].toSorted()) if (key.startsWith(prefix)) yield [key, rows.get(key) ?? ""];
    },
    async range({ from, to }, { limit, reverse = false } = {}) {
      refuseWhenClosed();
      const keys = [...rows.keys()].filter((key) => key >= from && key < to).toSorted();
      return (reverse ? keys.toReversed() : keys).slice(0, limit).map((key) => [key, rows.get(key) ?? ""]);
    },
    async deleteRange({ from, to }) {
      refuseWhenClosed();
      if (this.failing) throw new CloudtapError("STORE_FAILED", "no space left on the disk");
      for (const key of [...rows.keys()]) if (key >= from && key < to) rows.delete(key);
    },
    async close() {
      closed = true;
    },
  };
}
