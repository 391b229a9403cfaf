import type { Logger } from "../../runtime/log.js";

/** How many series of devices may be shown; who asks for more is told so once in the log. */
export class Room {
  readonly #limit: number;
  readonly #log: Logger;
  #taken = 0;
  #isTold = false;

  constructor(limit: number, log: Logger) {
    this.#limit = limit;
    this.#log = log;
  }

  /** True: something was left out since the start. */
  get isCut(): boolean {
    return this.#isTold;
  }

  take(count: number): boolean {
    if (this.#taken + count <= this.#limit) {
      this.#taken += count;
      return true;
    }
    if (!this.#isTold) this.#log.warn({ limit: this.#limit }, "too many series, further values are not in the metrics");
    this.#isTold = true;
    return false;
  }

  give(count: number): void {
    this.#taken -= count;
  }
}
