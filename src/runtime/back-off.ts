export interface BackOffBounds {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Wait before the next attempt after `failures` in a row: doubled each time within bounds, of which half is chance (`random`: 0 to 1). */
export function backOffMs(failures: number, { firstMs, longestMs }: BackOffBounds, random: () => number): number {
  const longest = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 32));
  return longest / 2 + (longest / 2) * random();
}
