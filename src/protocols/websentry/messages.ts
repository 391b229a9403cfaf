import type { Direction } from "../../model/session.js";
import { Cursor } from "../../wire/cursor.js";
import { WireError } from "../../wire/wire-error.js";
import { type Item, readValue, valueType } from "./items.js";
import { hexId } from "./property-table.js";
import { resumeAfterUnknown } from "./recovery.js";

/** First payload byte: docs/protocols/websentry.md §3. */
export const functionCode = { init: 0x00, query: 0x02, set: 0x03, undecoded: 0x08 } as const;

/** A row of the anomaly table and what was found. */
export interface Finding {
  readonly kind: string;
  readonly detail: string;
}

interface ItemMessage {
  readonly items: readonly Item[];
  /** Ids in order, with those whose value could not be read. */
  readonly ids: readonly number[];
  /** False: the message holds more ids than could be read. */
  readonly complete: boolean;
  /** Why `items` may be incomplete. */
  readonly fault?: Finding;
}

export type Message =
  | ({ readonly type: "init" | "response" | "set" | "ack" } & ItemMessage)
  | { readonly type: "query"; readonly ids: readonly number[]; readonly fault?: Finding }
  | { readonly type: "undecoded"; readonly code: number }
  | { readonly type: "unknown"; readonly code: number };

/**
 * Decodes a payload, function code first. `queries`: ids of the queries that wait for their reply, oldest first; with
 * one of them a reply can be read on behind a value of unknown type. Never throws: what is wrong is in `fault`.
 */
export function decodeMessage(
  payload: Uint8Array,
  direction: Direction,
  queries: readonly (readonly number[])[] = [],
): Message {
  const code = payload[0] ?? -1;
  const fromCloud = direction === "cloud-to-device";
  if (code === functionCode.undecoded) return { type: "undecoded", code };
  if (code === functionCode.init && !fromCloud) return { type: "init", ...readItems(payload, []) };
  if (code === functionCode.query) {
    return fromCloud ? readQuery(payload) : { type: "response", ...readItems(payload, queries) };
  }
  if (code === functionCode.set) return { type: fromCloud ? "set" : "ack", ...readItems(payload, []) };
  return { type: "unknown", code };
}

function readQuery(payload: Uint8Array): Message {
  const ids: number[] = [];
  const cursor = new Cursor(payload, 1);
  while (cursor.remaining >= 3) {
    const id = cursor.u16be();
    const type = cursor.u8();
    if (type !== valueType.query) {
      return malformedQuery(ids, `expected 0f behind ${hexId(id)}, found ${type.toString(16).padStart(2, "0")}`);
    }
    ids.push(id);
  }
  return cursor.remaining === 0
    ? { type: "query", ids }
    : malformedQuery(ids, `${cursor.remaining} bytes are left over`);
}

function malformedQuery(ids: readonly number[], detail: string): Message {
  return { type: "query", ids, fault: { kind: "malformed_query", detail } };
}

function readItems(payload: Uint8Array, queries: readonly (readonly number[])[]): ItemMessage {
  const items: Item[] = [];
  const cursor = new Cursor(payload, 1);
  try {
    while (cursor.remaining > 0) {
      const id = cursor.u16be();
      const type = cursor.u8();
      const value = readValue(cursor, type);
      if (value === undefined) return afterUnknown(payload, cursor.offset, { items, id, type }, queries);
      items.push({ id, ...value });
    }
    return { items, ids: items.map((item) => item.id), complete: true };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return {
      items,
      ids: items.map((item) => item.id),
      complete: false,
      fault: { kind: "malformed_message", detail: error.message },
    };
  }
}

interface ReadSoFar {
  readonly items: readonly Item[];
  readonly id: number;
  readonly type: number;
}

function afterUnknown(
  payload: Uint8Array,
  offset: number,
  { items, id, type }: ReadSoFar,
  queries: readonly (readonly number[])[],
): ItemMessage {
  const ids = [...items.map((item) => item.id), id];
  const detail = `${hexId(id)} came with the unknown type 0x${type.toString(16).padStart(2, "0")}`;
  for (const query of queries) {
    if (!ids.every((known, index) => query[index] === known)) continue;
    const rest = resumeAfterUnknown(payload, offset, query.slice(ids.length));
    if (rest === undefined) continue;
    return {
      items: [...items, ...rest],
      ids: query,
      complete: true,
      fault: { kind: "unknown_type", detail: `${detail}; it was passed over` },
    };
  }
  return {
    items,
    ids,
    complete: false,
    fault: { kind: "unknown_type", detail: `${detail}; the rest of the message was dropped` },
  };
}
