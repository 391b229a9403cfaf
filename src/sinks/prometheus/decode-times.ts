import type { DecodeTiming } from "../../model/timing.js";
import type { Durations } from "./durations.js";

/** Each fifth frame is timed; an odd number, so that where two kinds of frames alternate both are. */
const every = 5;

/** How long decoding takes, of some of the frames, the first one among them. */
export class DecodeTimes implements DecodeTiming {
  readonly #durations: Durations;
  #untilNext = 0;

  constructor(durations: Durations) {
    this.#durations = durations;
  }

  isDue(): boolean {
    const isDue = this.#untilNext === 0;
    this.#untilNext = isDue ? every - 1 : this.#untilNext - 1;
    return isDue;
  }

  decoded(protocol: string, durationMs: number): void {
    this.#durations.of(protocol).observe(durationMs);
  }
}
