import type { JsonValue } from "../model/value.js";
import type { Clock } from "../runtime/clock.js";
import { CloudtapError } from "../runtime/errors.js";
import { parseCaptureList } from "./capture-answers.js";
import type { TextOutput } from "./context.js";

export interface DropWatchPorts {
  readonly clock: Clock;
  readonly err: TextOutput;
  /** Asks the running program for its captures. */
  ask(): Promise<JsonValue>;
}

const everyMs = 5_000;

/** Says how many packets the running program dropped since the watch began, whenever there are more of them. */
export class DropWatch {
  readonly #ports: DropWatchPorts;
  #before: number | undefined;
  #cancel: (() => void) | undefined;
  #isOver = false;

  constructor(ports: DropWatchPorts) {
    this.#ports = ports;
  }

  /** Looks now and every five seconds. */
  async begin(): Promise<void> {
    await this.#look();
    if (this.#isOver) return;
    this.#cancel = this.#ports.clock.after(everyMs, () => void this.begin());
  }

  /** Looks once more. */
  async end(): Promise<void> {
    this.#isOver = true;
    this.#cancel?.();
    await this.#look();
  }

  /** Never throws: who cannot be asked has stopped, which others notice. */
  async #look(): Promise<void> {
    const { ask, err } = this.#ports;
    try {
      const { dropped } = parseCaptureList(await ask());
      const more = dropped - (this.#before ?? dropped);
      this.#before = dropped;
      if (more > 0) err.write(`cloudtap: ${more} packets were dropped; what reads them is too slow\n`);
    } catch (error) {
      if (!(error instanceof CloudtapError)) err.write(`cloudtap: internal fault: ${String(error)}\n`);
    }
  }
}
