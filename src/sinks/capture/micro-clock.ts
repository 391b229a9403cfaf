import type { EpochUs } from "../../model/recording.js";
import type { Clock } from "../../runtime/clock.js";

/** The clock was set, or the machine slept. */
const stepMs = 50;

/** Wall-clock time in microseconds: the given clock's milliseconds, divided by one that only goes on. */
export class MicroClock {
  readonly #clock: Clock;
  readonly #elapsedMs: () => number;
  #offsetMs: number;

  /** `elapsedMs`: milliseconds with fractions since any moment. */
  constructor(clock: Clock, elapsedMs: () => number) {
    this.#clock = clock;
    this.#elapsedMs = elapsedMs;
    this.#offsetMs = clock.now() - elapsedMs();
  }

  now(): EpochUs {
    const wallMs = this.#clock.now();
    const elapsedMs = this.#elapsedMs();
    if (Math.abs(wallMs - (elapsedMs + this.#offsetMs)) > stepMs) this.#offsetMs = wallMs - elapsedMs;
    return Math.round((elapsedMs + this.#offsetMs) * 1000) as EpochUs;
  }
}
