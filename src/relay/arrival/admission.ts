import type { Bus } from "../../model/ports.js";
import type { Clock } from "../../runtime/clock.js";
import type { Logger } from "../../runtime/log.js";

const warnEveryMs = 60_000;

export interface AdmissionLimits {
  readonly relay: string;
  readonly maxSessions: number;
  readonly maxSessionsPerAddress: number;
}

export interface AdmissionPorts {
  readonly clock: Clock;
  readonly bus: Bus;
}

/** Counts open sessions in all and by address, and turns away who is not served or one too many. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #log: Logger;
  readonly #ports: AdmissionPorts;
  readonly #byAddress = new Map<string, number>();
  #open = 0;
  #turnedAway = 0;
  #sinceWarning = 0;
  #nextWarning = 0;

  constructor(limits: AdmissionLimits, log: Logger, ports: AdmissionPorts) {
    this.#limits = limits;
    this.#log = log;
    this.#ports = ports;
  }

  get open(): number {
    return this.#open;
  }

  get turnedAway(): number {
    return this.#turnedAway;
  }

  /** True: counted in; `leave` takes it out again. `refusal`: why it is not served whatever the limits. */
  admit(address: string, refusal?: string): boolean {
    const here = this.#byAddress.get(address) ?? 0;
    const reason = refusal ?? this.#excess(here);
    if (reason !== undefined) {
      this.#turnAway(address, reason);
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

  #excess(here: number): string | undefined {
    const { maxSessions, maxSessionsPerAddress } = this.#limits;
    if (this.#open >= maxSessions) return `too many sessions: max_sessions is ${maxSessions}`;
    if (here < maxSessionsPerAddress) return undefined;
    return `too many sessions of one address: max_sessions_per_address is ${maxSessionsPerAddress}`;
  }

  #turnAway(address: string, reason: string): void {
    const { clock, bus } = this.#ports;
    const now = clock.now();
    this.#turnedAway += 1;
    this.#sinceWarning += 1;
    bus.publish({ type: "turned-away", relay: this.#limits.relay, address, reason, at: now });
    if (now < this.#nextWarning) return;
    this.#nextWarning = now + warnEveryMs;
    this.#log.warn({ address, reason, refused: this.#sinceWarning }, "connection turned away");
    this.#sinceWarning = 0;
  }
}
