import type { RelayStatus } from "../model/ports.js";
import type { Clock } from "../runtime/clock.js";
import type { Part } from "../runtime/lifecycle.js";

export interface HealthPorts {
  readonly clock: Clock;
  readonly relays: () => readonly RelayStatus[];
  /** Why nothing can be kept on the disk; undefined: it can. */
  readonly store: () => string | undefined;
  /** Milliseconds from any point on, which no change of the system's time moves. */
  elapsedMs(): number;
}

/** Whether the program does its work. */
export interface HealthVerdict {
  readonly status: "ok" | "failing";
  /** English, for people; empty when it is ok. */
  readonly reasons: readonly string[];
}

/** It runs from `start` to `stop`; to be stopped first of all parts. */
export interface Health extends Part {
  health(): HealthVerdict;
}

const tickMs = 5_000;
const lateMs = 10_000;
/** A program that was stuck is not well yet, so that who asks now and then hears of it. */
const rememberedMs = 60_000;

/**
 * What a restart may mend, or whoever looks after the process must know. A cloud or a broker that is away is neither: relaying goes
 * on, and a restart would only interrupt it.
 */
export function createHealth(ports: HealthPorts): Health {
  return new ProgramHealth(ports);
}

class ProgramHealth implements Health {
  readonly name = "health";
  readonly #ports: HealthPorts;
  #tickDueAt: number | undefined;
  #stuck: { readonly forMs: number; readonly until: number } | undefined;
  #isStopping = false;
  #cancel: () => void = () => undefined;

  constructor(ports: HealthPorts) {
    this.#ports = ports;
  }

  async start(): Promise<void> {
    this.#tick();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#cancel();
  }

  health(): HealthVerdict {
    const { relays, store } = this.#ports;
    this.#noticeLateness();
    const all = relays();
    const fault = store();
    const reasons = [
      ...(this.#isStopping ? ["Cloudtap is stopping"] : []),
      ...(all.length > 0 && all.every(({ status }) => status === "failed") ? ["no relay listens"] : []),
      ...(fault === undefined ? [] : [`the store fails: ${fault}`]),
      ...(this.#stuck === undefined ? [] : [`it was stuck for ${Math.round(this.#stuck.forMs / 1_000)} s`]),
    ];
    return { status: reasons.length === 0 ? "ok" : "failing", reasons };
  }

  #tick(): void {
    this.#noticeLateness();
    this.#tickDueAt = this.#ports.elapsedMs() + tickMs;
    this.#cancel = this.#ports.clock.after(tickMs, () => this.#tick());
  }

  /** A timer that runs late was kept from running, and so was everything else. */
  #noticeLateness(): void {
    const now = this.#ports.elapsedMs();
    const late = this.#tickDueAt === undefined || this.#isStopping ? 0 : now - this.#tickDueAt;
    if (late > lateMs) this.#stuck = { forMs: late, until: now + rememberedMs };
    else if (this.#stuck !== undefined && now >= this.#stuck.until) this.#stuck = undefined;
  }
}
