import { CloudtapError } from "../runtime/errors.js";
import type { Logger } from "../runtime/log.js";

/** Says once that the store fails, and once that it works again. */
export class Outage {
  readonly #log: Logger;
  #failing = false;

  constructor(log: Logger) {
    this.#log = log;
  }

  failed(error: unknown, fields: Readonly<Record<string, unknown>> = {}): void {
    const code = error instanceof CloudtapError ? error.code : "STORE_FAILED";
    if (this.#failing) this.#log.debug({ ...fields, code, err: error }, "store fails");
    else this.#log.error({ ...fields, code, err: error }, "store fails");
    this.#failing = true;
  }

  worked(): void {
    if (this.#failing) this.#log.info("store works again");
    this.#failing = false;
  }
}
