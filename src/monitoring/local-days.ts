import type { EpochMs } from "../model/time.js";

/** Days begin at quarter hours of UTC in every time zone. */
const stepMs = 900_000;

/** The day on which something happened, for who asks with every chunk. */
export class LocalDays {
  readonly #dayOf: (at: EpochMs) => string;
  #step = Number.NaN;
  #day = "";

  /** `dayOf`: as `2026-11-21`, in the time zone by which days are counted. */
  constructor(dayOf: (at: EpochMs) => string) {
    this.#dayOf = dayOf;
  }

  of(at: EpochMs): string {
    const step = Math.floor(at / stepMs);
    if (step !== this.#step) {
      this.#day = this.#dayOf(at);
      this.#step = step;
    }
    return this.#day;
  }
}
