import type { Clock } from "./clock.js";
import type { Logger } from "./log.js";

/** Something that is started once and stopped once. */
export interface Part {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts parts in their order and stops them in the reverse one. */
export class Lifecycle {
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #stopLimitMs: number;
  #started: Part[] = [];

  /** `stopLimitMs`: how long all stops together may take. */
  constructor(log: Logger, clock: Clock, stopLimitMs: number) {
    this.#log = log;
    this.#clock = clock;
    this.#stopLimitMs = stopLimitMs;
  }

  /** When a part fails, those that were started are stopped again and the failure is thrown. */
  async start(parts: readonly Part[]): Promise<void> {
    for (const part of parts) {
      try {
        await part.start();
      } catch (error) {
        await this.stop();
        throw error;
      }
      this.#started.push(part);
    }
  }

  /** A part that fails to stop is logged; the others are stopped all the same. True when all ended within the limit. */
  async stop(): Promise<boolean> {
    const parts = this.#started.toReversed();
    this.#started = [];
    const ended = await new Promise<boolean>((resolve, reject) => {
      const cancel = this.#clock.after(this.#stopLimitMs, () => resolve(false));
      this.#stopAll(parts).then(resolve, reject).finally(cancel);
    });
    if (!ended) this.#log.warn({ limitMs: this.#stopLimitMs }, "stop took too long");
    return ended;
  }

  async #stopAll(parts: readonly Part[]): Promise<true> {
    for (const part of parts) {
      try {
        await part.stop();
      } catch (error) {
        this.#log.error({ err: error, part: part.name }, "part failed to stop");
      }
    }
    return true;
  }
}
