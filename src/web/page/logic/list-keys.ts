import { known } from "./known.js";

const page = 10;

/** Where a key leads in a list of `length` entries; undefined: nowhere. `at` undefined: nothing is chosen yet. */
export function listMove(key: string, at: number | undefined, length: number): number | undefined {
  if (length === 0) return undefined;
  const from = at ?? -1;
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: from + 1,
    ArrowUp: at === undefined ? length - 1 : from - 1,
    PageDown: from + page,
    PageUp: from - page,
    Home: 0,
    End: length - 1,
  };
  const target = known(targets, key);
  return target === undefined ? undefined : Math.min(length - 1, Math.max(0, target));
}
