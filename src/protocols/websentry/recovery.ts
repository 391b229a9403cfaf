import { Cursor } from "../../wire/cursor.js";
import { WireError } from "../../wire/wire-error.js";
import { type Item, readValue } from "./items.js";

/**
 * Finds where a reply goes on behind a value of unknown length. `expected`: the ids that must still follow. Returns
 * their items only if they stand there in this order and end exactly with the payload; with nothing expected, none.
 */
export function resumeAfterUnknown(
  payload: Uint8Array,
  from: number,
  expected: readonly number[],
): readonly Item[] | undefined {
  const [first] = expected;
  if (first === undefined) return [];
  const high = first >> 8;
  for (let at = payload.indexOf(high, from); at >= 0; at = payload.indexOf(high, at + 1)) {
    const items = payload[at + 1] === (first & 0xff) ? readExactly(payload, at, expected) : undefined;
    if (items !== undefined) return items;
  }
  return undefined;
}

function readExactly(payload: Uint8Array, at: number, expected: readonly number[]): readonly Item[] | undefined {
  const cursor = new Cursor(payload, at);
  const items: Item[] = [];
  try {
    for (const id of expected) {
      if (cursor.u16be() !== id) return undefined;
      const value = readValue(cursor, cursor.u8());
      if (value === undefined) return undefined;
      items.push({ id, ...value });
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return undefined;
  }
  return cursor.remaining === 0 ? items : undefined;
}
