import type { MessageQueue } from "../../src/model/ports.js";
import type { JsonObject } from "../../src/model/value.js";

/** A message queue without a disk, for tests of what fills and empties it. The oldest is dropped beyond `maxCount`. */
export function createMemoryQueue(maxCount = Number.POSITIVE_INFINITY): MessageQueue {
  const messages = new Map<string, JsonObject>();
  let next = 0;
  return {
    get size() {
      return messages.size;
    },
    async push(message) {
      messages.set(String(next++).padStart(16, "0"), message);
      const [oldest] = messages.keys();
      if (messages.size > maxCount && oldest !== undefined) messages.delete(oldest);
    },
    async peek(limit) {
      return [...messages].slice(0, limit).map(([key, message]) => ({ key, message }));
    },
    async remove(keys) {
      for (const key of keys) messages.delete(key);
    },
  };
}
