import type { Player, PlayerAction } from "../../model/protocol.js";
import { encodeQuery } from "./encoder.js";
import type { Item } from "./items.js";
import { decodeMessage, type Message } from "./messages.js";
import { idsOf } from "./property-table.js";
import { createWebsentrySplitter, headerBytes } from "./splitter.js";

/** The largest query whose reply is known to have come was as large. */
const mostInQuery = 32;

/** Plays the vendor's cloud: asks group after group, reads the settings of a unit once, closes. */
export function createCloudSimulator(): Player {
  return new CloudSimulator();
}

class CloudSimulator implements Player {
  #splitter = createWebsentrySplitter("device-to-cloud");
  readonly #known = new Set<string>();
  #queries: (readonly number[])[] = [];

  connected(): readonly PlayerAction[] {
    this.#splitter = createWebsentrySplitter("device-to-cloud");
    this.#queries = [];
    return [];
  }

  received(chunk: Uint8Array): readonly PlayerAction[] {
    return this.#splitter.push(chunk).flatMap((frame) => {
      return frame.whole ? this.#answer(decodeMessage(frame.bytes.subarray(headerBytes), "device-to-cloud")) : [];
    });
  }

  woken(): readonly PlayerAction[] {
    return [];
  }

  disconnected(): readonly PlayerAction[] {
    return [];
  }

  #answer(message: Message): readonly PlayerAction[] {
    if (message.type === "init") this.#plan(message.items);
    else if (message.type !== "response") return [];
    const next = this.#queries.shift();
    return [next === undefined ? { type: "end" } : { type: "send", bytes: encodeQuery(next) }];
  }

  #plan(items: readonly Item[]): void {
    const mac = items.find((item) => item.type === 0x0d);
    const unit = mac?.type === 0x0d ? mac.text : "";
    const flags = items.find((item) => item.id === 0x0120);
    const hasNews = flags?.type === 0x02 && flags.raw < 7;
    this.#queries = (["identity", "sensors", "outputs", "status"] as const).map(idsOf);
    if (!this.#known.has(unit) || hasNews) this.#queries.push(...inQueries(idsOf("settings")));
    this.#known.add(unit);
  }
}

function inQueries(ids: readonly number[]): readonly (readonly number[])[] {
  const count = Math.ceil(ids.length / mostInQuery);
  return Array.from({ length: count }, (_, index) => ids.slice(index * mostInQuery, (index + 1) * mostInQuery));
}
