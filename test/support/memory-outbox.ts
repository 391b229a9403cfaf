import type { Outbox, OutboxItem } from "../../src/model/ports.js";

export interface MemoryOutbox extends Outbox {
  readonly items: ReadonlyMap<string, OutboxItem>;
  /** Until it is set to undefined again, nothing can be kept. */
  failure: Error | undefined;
}

/** An outbox without a disk. */
export function createMemoryOutbox(): MemoryOutbox {
  const items = new Map<string, OutboxItem>();
  let next = 0;
  return {
    items,
    failure: undefined,
    async keep(item) {
      if (this.failure !== undefined) throw this.failure;
      next += 1;
      const key = String(next).padStart(4, "0");
      items.set(key, item);
      return key;
    },
    async oldest(relay, limit) {
      const found = [...items].filter(([, item]) => item.relay === relay);
      return found.slice(0, limit).map(([key, item]) => ({ key, item }));
    },
    async remove(key) {
      items.delete(key);
    },
    waiting: (relay, device) =>
      [...items.values()].filter((item) => item.relay === relay && (device ?? item.device) === item.device).length,
  };
}
