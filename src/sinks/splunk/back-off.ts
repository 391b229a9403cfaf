const firstMs = 1_000;
const longestMs = 60_000;

/** Wait before the next attempt after `failures` in a row: doubled each time up to a minute, of which half is chance. */
export function backOffMs(failures: number, random: () => number): number {
  const longest = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 10));
  return longest / 2 + (longest / 2) * random();
}

/** Wait where only a change that somebody makes will help. */
export function slowRetryMs(random: () => number): number {
  return backOffMs(Number.POSITIVE_INFINITY, random);
}
