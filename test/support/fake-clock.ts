import type { EpochMs } from "../../src/model/time.js";
import type { Clock } from "../../src/runtime/clock.js";

interface Timer {
  readonly dueAt: number;
  readonly run: () => void;
}

/** A clock that moves only when told to. */
export class FakeClock implements Clock {
  #now: number;
  readonly #timers = new Set<Timer>();

  constructor(startAt: number = Date.UTC(2026, 5, 21, 10)) {
    this.#now = startAt;
  }

  get pendingTimers(): number {
    return this.#timers.size;
  }

  now(): EpochMs {
    return this.#now as EpochMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer: Timer = { dueAt: this.#now + Math.max(0, delayMs), run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves on by `ms`; what falls due meanwhile runs at its own time, in order. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (let next = this.#firstDue(until); next !== undefined; next = this.#firstDue(until)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.dueAt);
      next.run();
    }
    this.#now = until;
  }

  #firstDue(until: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueAt <= until && (first === undefined || timer.dueAt < first.dueAt)) first = timer;
    }
    return first;
  }
}
