import type { Clock } from "../runtime/clock.js";

/** Far deadlines are looked at again now and then: timers are bounded, and the system's clock may be set. */
const longestMs = 3_600_000;
/** Deadlines close to each other are handled together. */
const shortestMs = 1_000;

/** One timer for many deadlines: it rings at the earliest, and who is rung says when the next one is. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #cancel: (() => void) | undefined;
  #setFor = Number.POSITIVE_INFINITY;
  #lastRing = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings at `at`, in milliseconds since 1970, or earlier where it is already set so. It may ring before time: look at the deadlines, not at the ring. */
  setBy(at: number): void {
    if (at >= this.#setFor) return;
    this.cancel();
    this.#setFor = at;
    const now = this.#clock.now();
    const wait = Math.max(at, this.#lastRing + shortestMs) - now;
    this.#cancel = this.#clock.after(Math.min(Math.max(0, wait), longestMs), () => {
      this.cancel();
      this.#lastRing = this.#clock.now();
      this.#ring();
    });
  }

  cancel(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#setFor = Number.POSITIVE_INFINITY;
  }
}
