/** Counts durations in buckets that never change. Observing makes no garbage. */
export class FixedHistogram {
  /** Upper ends in seconds, rising. */
  readonly bounds: readonly number[];
  readonly #boundsMs: Float64Array;
  /** One a bucket, one for what is longer than all, and last the sum in milliseconds. */
  readonly #figures: Float64Array;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#boundsMs = Float64Array.from(bounds, (bound) => bound * 1000);
    this.#figures = new Float64Array(bounds.length + 2);
  }

  observe(durationMs: number): void {
    const bounds = this.#boundsMs;
    let bucket = 0;
    while (bucket < bounds.length && durationMs > (bounds[bucket] ?? 0)) bucket += 1;
    const figures = this.#figures;
    figures[bucket] = (figures[bucket] ?? 0) + 1;
    figures[bounds.length + 1] = (figures[bounds.length + 1] ?? 0) + durationMs;
  }

  /** For each bound, then for all: how many were no longer. */
  cumulative(): readonly number[] {
    let sum = 0;
    return Array.from(this.#figures.subarray(0, -1), (count) => {
      sum += count;
      return sum;
    });
  }

  get sumSeconds(): number {
    return (this.#figures.at(-1) ?? 0) / 1000;
  }
}
