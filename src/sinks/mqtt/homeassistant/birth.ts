import type { Clock } from "../../../runtime/clock.js";

const shortestWaitMs = 500;
const longestWaitMs = 3_000;

/** Notices Home Assistant's start. Waits a random time, so that not every bridge answers in the same instant. */
export class BirthWatch {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #born: () => void;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, random: () => number, born: () => void) {
    this.#clock = clock;
    this.#random = random;
    this.#born = born;
  }

  /**
   * A retained copy only says that Home Assistant was there before us; everything is announced on a new connection
   * anyway.
   */
  message(payload: Buffer, retained: boolean): void {
    if (retained || payload.toString("utf8") !== "online") return;
    const waitMs = shortestWaitMs + (longestWaitMs - shortestWaitMs) * this.#random();
    this.#cancel ??= this.#clock.after(waitMs, () => {
      this.#cancel = undefined;
      this.#born();
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
