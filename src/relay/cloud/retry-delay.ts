/** In reply timeouts: half a minute at first and ten minutes at last where that is ten seconds. */
const firstDelay = 3;
const longestDelay = 60;

/** How long to wait before a cloud that is away is tried again: twice as long each time, within bounds, with jitter. */
export class RetryDelay {
  readonly #replyTimeoutMs: number;
  readonly #random: () => number;
  #nextMs: number;

  constructor(replyTimeoutMs: number, random: () => number) {
    this.#replyTimeoutMs = replyTimeoutMs;
    this.#random = random;
    this.#nextMs = firstDelayMs(replyTimeoutMs);
  }

  next(): number {
    const delayMs = this.#nextMs * (0.8 + 0.4 * this.#random());
    this.#nextMs = Math.min(longestDelay * this.#replyTimeoutMs, this.#nextMs * 2);
    return delayMs;
  }

  /** Something worked: the next wait is a first one. */
  reset(): void {
    this.#nextMs = firstDelayMs(this.#replyTimeoutMs);
  }
}

/** Without jitter. */
export function firstDelayMs(replyTimeoutMs: number): number {
  return firstDelay * replyTimeoutMs;
}
