import type { Clock } from "../../runtime/clock.js";
import { describeError } from "../../runtime/errors.js";
import type { Logger } from "../../runtime/log.js";

export interface HealthPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly directory: string;
  /** Rejects as long as nothing can be written. */
  probe(): Promise<void>;
  changed(): void;
}

const firstPauseMs = 5_000;
const longestPauseMs = 60_000;

/** Whether captures can be written. While they cannot, nobody tries but this, now and then. */
export class Health {
  readonly #ports: HealthPorts;
  #problem: string | undefined;
  #pauseMs = firstPauseMs;
  #cancel: () => void = () => undefined;

  constructor(ports: HealthPorts) {
    this.#ports = ports;
  }

  /** Undefined: all is well. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Writing has failed. Said once, until it is over. */
  failed(error: unknown): void {
    if (this.#problem !== undefined) return;
    const { log, directory, changed } = this.#ports;
    this.#problem = describeError(error);
    const fields = { code: "CAPTURE_FAILED", directory, reason: this.#problem };
    log.error(fields, "captures cannot be written, relaying goes on");
    changed();
    this.#watch();
  }

  stop(): void {
    this.#cancel();
  }

  #watch(): void {
    this.#cancel = this.#ports.clock.after(this.#pauseMs, () => void this.#look());
    this.#pauseMs = Math.min(2 * this.#pauseMs, longestPauseMs);
  }

  async #look(): Promise<void> {
    const { probe, log, directory, changed } = this.#ports;
    try {
      await probe();
    } catch (error) {
      log.debug({ directory, reason: describeError(error) }, "captures still cannot be written");
      this.#watch();
      return;
    }
    this.#problem = undefined;
    this.#pauseMs = firstPauseMs;
    log.info({ directory }, "captures can be written again");
    changed();
  }
}
