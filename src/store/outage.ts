import { CloudtapError, describeError } from "../runtime/errors.js";
import type { Logger } from "../runtime/log.js";

/** Says once that the store fails, and once that it works again. */
export class Outage {
  readonly #log: Logger;
  #reason: string | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Why the store fails; undefined: it works, as far as that was tried. */
  get reason(): string | undefined {
    return this.#reason;
  }

  failed(error: unknown, fields: Readonly<Record<string, unknown>> = {}): void {
    const code = error instanceof CloudtapError ? error.code : "STORE_FAILED";
    if (this.#reason !== undefined) this.#log.debug({ ...fields, code, err: error }, "store fails");
    else this.#log.error({ ...fields, code, err: error }, "store fails");
    this.#reason = describeError(error);
  }

  worked(): void {
    if (this.#reason !== undefined) this.#log.info("store works again");
    this.#reason = undefined;
  }
}
