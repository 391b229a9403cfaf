import type { Clock } from "../runtime/clock.js";
import type { Logger } from "../runtime/log.js";

const warnEveryMs = 60_000;

export interface AdmissionLimits {
  readonly maxSessions: number;
  readonly maxSessionsPerAddress: number;
}

/** Counts open sessions in all and by address, and says who is one too many. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #byAddress = new Map<string, number>();
  #open = 0;
  #refusedSinceWarning = 0;
  #nextWarning = 0;

  constructor(limits: AdmissionLimits, log: Logger, clock: Clock) {
    this.#limits = limits;
    this.#log = log;
    this.#clock = clock;
  }

  get open(): number {
    return this.#open;
  }

  /** True: counted in; `leave` takes it out again. */
  admit(address: string): boolean {
    const here = this.#byAddress.get(address) ?? 0;
    const { maxSessions, maxSessionsPerAddress } = this.#limits;
    if (this.#open >= maxSessions || here >= maxSessionsPerAddress) {
      this.#refuse(address, this.#open >= maxSessions ? { maxSessions } : { maxSessionsPerAddress });
      return false;
    }
    this.#open += 1;
    this.#byAddress.set(address, here + 1);
    return true;
  }

  leave(address: string): void {
    this.#open -= 1;
    const here = (this.#byAddress.get(address) ?? 1) - 1;
    if (here === 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, here);
  }

  #refuse(address: string, limit: Partial<AdmissionLimits>): void {
    this.#refusedSinceWarning += 1;
    const now = this.#clock.now();
    if (now < this.#nextWarning) return;
    this.#nextWarning = now + warnEveryMs;
    this.#log.warn({ address, ...limit, refused: this.#refusedSinceWarning }, "too many sessions");
    this.#refusedSinceWarning = 0;
  }
}
