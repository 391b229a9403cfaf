import type { EpochMs } from "../model/time.js";

/** Where time comes from; tests pass a fake. */
export interface Clock {
  now(): EpochMs;
  /** Returns the function that cancels. Timers never keep the process alive. */
  after(delayMs: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now() as EpochMs,
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
