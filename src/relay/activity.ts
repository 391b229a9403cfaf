import type { Clock } from "../runtime/clock.js";
import type { Logger } from "../runtime/log.js";

export type ActivityStatus = "waiting" | "active" | "silent";

/** Node takes a longer delay for one millisecond. */
const longestTimerMs = 2 ** 31 - 1;

/** Whether devices report at a relay. The timer looks at the last sign; a sign itself only notes the time. */
export class Activity {
  status: ActivityStatus = "waiting";
  readonly #silentAfterMs: number;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #changed: () => void;
  #lastSignAt = 0;
  #cancel: (() => void) | undefined;

  constructor(silentAfterMs: number, log: Logger, clock: Clock, changed: () => void) {
    this.#silentAfterMs = silentAfterMs;
    this.#log = log;
    this.#clock = clock;
    this.#changed = changed;
  }

  start(): void {
    this.#lastSignAt = this.#clock.now();
    this.#watch(this.#silentAfterMs);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** A device reported. */
  sign(): void {
    this.#lastSignAt = this.#clock.now();
    if (this.status === "active") return;
    const before = this.status;
    this.status = "active";
    this.#log.info({ before }, "devices report");
    if (before === "silent") this.#watch(this.#silentAfterMs);
    this.#changed();
  }

  #watch(delayMs: number): void {
    this.#cancel = this.#clock.after(Math.min(delayMs, longestTimerMs), () => this.#look());
  }

  #look(): void {
    const leftMs = this.#lastSignAt + this.#silentAfterMs - this.#clock.now();
    if (leftMs > 0) {
      this.#watch(leftMs);
      return;
    }
    const fields = { silentForS: Math.round(this.#silentAfterMs / 1000), remedy: "cloudtap doctor" };
    // A solar device is silent every night: worth a warning only where nothing ever came.
    if (this.status === "waiting") this.#log.warn(fields, "still waiting for the first report");
    else this.#log.info(fields, "no device reports");
    this.status = "silent";
    this.#changed();
  }
}
