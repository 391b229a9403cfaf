import type { Clock } from "../../runtime/clock.js";
import { describeError } from "../../runtime/errors.js";
import type { Logger } from "../../runtime/log.js";
import { systemCodeOf } from "../../runtime/system-errors.js";
import type { SpoolItem } from "./spool-item.js";
import type { SpoolStore } from "./spool-store.js";

const queueLimitBytes = 4 * 1024 * 1024;
/** What an item takes in memory besides its bytes. */
const itemOverheadBytes = 128;
const firstRetryMs = 1_000;
const lastRetryMs = 60_000;
const stopLimitMs = 900;
/** Longest run of items that is offered at once. */
const offered = 256;

/** Counts since the start. */
export interface SpoolCounts {
  readonly stored: number;
  readonly lost: number;
}

/** Writes one thing after the other. What waits for a slow or broken disk is bounded: the newest is dropped and counted. */
export class SpoolWriter {
  readonly #store: SpoolStore;
  readonly #directory: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  #queue: SpoolItem[] = [];
  #queueBytes = 0;
  #tidyDue = true;
  #running: Promise<void> | undefined;
  #cancelRetry: (() => void) | undefined;
  #retryMs = firstRetryMs;
  #problem: string | undefined;
  #stopped = false;
  #stored = 0;
  #lost = 0;
  /** What had been lost when everything was well. */
  #lostBefore = 0;

  constructor(store: SpoolStore, directory: string, clock: Clock, log: Logger) {
    this.#store = store;
    this.#directory = directory;
    this.#clock = clock;
    this.#log = log;
  }

  /** Why nothing can be written; undefined: it can, or was not tried. */
  get problem(): string | undefined {
    return this.#problem;
  }

  get counts(): SpoolCounts {
    return { stored: this.#stored, lost: this.#lost };
  }

  /** False: dropped. */
  accept(item: SpoolItem): boolean {
    const bytes = item.bytes + itemOverheadBytes;
    if (this.#stopped || (this.#queue.length > 0 && this.#queueBytes + bytes > queueLimitBytes)) {
      this.#lose(1);
      return false;
    }
    this.#queue.push(item);
    this.#queueBytes += bytes;
    this.#kick();
    return true;
  }

  /** Looks for what is too old or not compressed. */
  tidy(): void {
    this.#tidyDue = true;
    this.#kick();
  }

  /** Resolves when nothing is being written; what waits for another try goes on waiting. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  /** Writes what waits, if that takes no longer than a moment. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#kick();
    await new Promise<void>((resolve, reject) => {
      const cancel = this.#clock.after(stopLimitMs, resolve);
      this.idle().then(resolve, reject).finally(cancel);
    });
    this.#lost += this.#queue.length;
    this.#queue = [];
    this.#log.info(this.counts, "spool closed");
  }

  #kick(): void {
    const isIdle = this.#running === undefined && this.#cancelRetry === undefined;
    if (isIdle && this.#hasWork()) this.#running = this.#run();
  }

  async #run(): Promise<void> {
    try {
      while (this.#hasWork()) {
        await this.#store.tidy(this.#tidyDue);
        this.#tidyDue = false;
        if (this.#queue.length > 0) await this.#writeSome();
        this.#worked();
      }
    } catch (error) {
      this.#failed(error);
    }
    // At once, so that what comes next is not taken for work of this run.
    this.#running = undefined;
  }

  #hasWork(): boolean {
    return this.#queue.length > 0 || this.#tidyDue;
  }

  async #writeSome(): Promise<void> {
    let done = 1;
    try {
      const { items, refused } = await this.#store.write(this.#queue.slice(0, offered));
      done = items;
      this.#stored += items - refused;
      if (refused > 0) this.#lose(refused);
    } catch (error) {
      if (systemCodeOf(error) !== undefined) throw error;
      // Not the disk's fault, so that another try would end alike.
      this.#lose(1);
      this.#log.error({ err: error }, "internal fault");
    }
    for (const item of this.#queue.splice(0, done)) this.#queueBytes -= item.bytes + itemOverheadBytes;
  }

  #worked(): void {
    this.#retryMs = firstRetryMs;
    if (this.#queue.length > 0) return;
    const lost = this.#lost - this.#lostBefore;
    if (this.#problem !== undefined) this.#log.info({ directory: this.#directory, lost }, "spool is written again");
    else if (lost > 0) this.#log.info({ lost }, "spool keeps up again");
    this.#problem = undefined;
    this.#lostBefore = this.#lost;
  }

  #lose(items: number): void {
    const isFirst = this.#lost === this.#lostBefore;
    this.#lost += items;
    if (isFirst && this.#problem === undefined && !this.#stopped)
      this.#log.warn({ code: "SPOOL_FAILED", waiting: this.#queue.length }, "spool does not keep up");
  }

  #failed(error: unknown): void {
    const reason = describeError(error);
    const fields = { code: "SPOOL_FAILED", directory: this.#directory, reason };
    if (this.#problem !== undefined) this.#log.debug(fields, "spool cannot be written");
    else this.#log.error(fields, "spool cannot be written");
    this.#problem = reason;
    if (this.#stopped) return;
    this.#cancelRetry = this.#clock.after(this.#retryMs, () => {
      this.#cancelRetry = undefined;
      this.#kick();
    });
    this.#retryMs = Math.min(lastRetryMs, this.#retryMs * 2);
  }
}
