import type { Logger } from "./log.js";

/**
 * Fault barrier: runs `action`; what it throws is logged once per barrier with its context and counted.
 * `failures` tells the owner when to give up.
 */
export class Guard {
  failures = 0;
  readonly #log: Logger;
  readonly #what: string;

  constructor(log: Logger, what: string) {
    this.#log = log;
    this.#what = what;
  }

  run<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      this.failures += 1;
      const fields = { err: error, barrier: this.#what, failures: this.failures };
      if (this.failures === 1) this.#log.error(fields, "internal fault");
      else this.#log.debug(fields, "internal fault");
      return undefined;
    }
  }
}
