import type { CloudtapError, ErrorCode } from "../../runtime/errors.js";
import type { Logger } from "../../runtime/log.js";

/** Says once that the cloud cannot be reached and why, once for each other reason, and once that it is back. */
export class UpstreamHealth {
  readonly #log: Logger;
  readonly #upstream: string;
  #fault: ErrorCode | undefined;

  constructor(log: Logger, upstream: string) {
    this.#log = log;
    this.#upstream = upstream;
  }

  failed(error: CloudtapError): void {
    const fields = { code: error.code, upstream: this.#upstream, reason: error.message };
    if (error.code === this.#fault) this.#log.debug(fields, "cloud cannot be reached");
    else this.#log.warn(fields, "cloud cannot be reached");
    this.#fault = error.code;
  }

  reached(): void {
    if (this.#fault === undefined) return;
    this.#fault = undefined;
    this.#log.warn({ upstream: this.#upstream }, "cloud can be reached again");
  }
}
