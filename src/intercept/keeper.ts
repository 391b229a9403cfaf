import type { Clock } from "../runtime/clock.js";
import { CloudtapError, describeError } from "../runtime/errors.js";
import type { Part } from "../runtime/lifecycle.js";
import type { Logger } from "../runtime/log.js";
import { type Applied, type ApplyDemand, type ApplyPorts, apply } from "./apply.js";
import { lift } from "./clean.js";
import { ensureRoutes } from "./host-routes.js";
import type { InterceptStatus } from "./interception.js";
import type { PacketFilter } from "./packet-filter.js";

export interface KeeperPorts extends ApplyPorts {
  readonly clock: Clock;
  readonly log: Logger;
}

/** A third of the time that the rules live without it. */
const refreshMs = 8_000;
/** After what could not be done at all: the interface may come later than Cloudtap. */
const retryMs = 60_000;

/** Holds the rules while this process lives: without its refreshes they lapse. */
export class InterceptKeeper implements Part {
  readonly name = "interception";
  readonly #demand: ApplyDemand;
  readonly #ports: KeeperPorts;
  #status: InterceptStatus;
  #filter: PacketFilter | undefined;
  #cancel: () => void = () => undefined;
  #work: Promise<void> = Promise.resolve();
  #wanted = false;
  #stopped: Promise<void> = Promise.resolve();
  /** What was last said about a fault, so that it is said once. */
  #said = "";

  constructor(demand: ApplyDemand, ports: KeeperPorts) {
    this.#demand = demand;
    this.#ports = ports;
    const { mode } = demand;
    this.#status = { mode, state: "lifted", since: ports.clock.now(), findings: [], counters: [] };
  }

  status(): InterceptStatus {
    return this.#status;
  }

  start(): Promise<void> {
    if (!this.#wanted) {
      this.#wanted = true;
      this.#work = this.#begin();
    }
    return this.#work;
  }

  /** Whoever asks twice waits for the same end. */
  stop(): Promise<void> {
    if (this.#wanted) {
      this.#wanted = false;
      this.#stopped = this.#lift();
    }
    return this.#stopped;
  }

  async #lift(): Promise<void> {
    this.#cancel();
    await this.#work;
    const { left } = await lift(this.#ports.host, this.#ports.journal);
    this.#filter?.release();
    this.#filter = undefined;
    this.#become("lifted");
    const { log } = this.#ports;
    if (left.length > 0) log.warn({ code: "INTERCEPT_FAILED", left }, "interception lifted in part");
    else log.info("interception lifted");
  }

  async #begin(): Promise<void> {
    const { removed } = await lift(this.#ports.host, this.#ports.journal);
    if (removed.length > 0) this.#ports.log.info({ removed }, "leftovers of an earlier interception removed");
    await this.#take();
    if (this.#wanted) this.#schedule();
  }

  #schedule(): void {
    const delay = this.#status.state === "held" ? refreshMs : retryMs;
    this.#cancel = this.#ports.clock.after(delay, () => {
      this.#work = this.#turn();
    });
  }

  async #turn(): Promise<void> {
    await (this.#filter === undefined ? this.#take() : this.#refresh(this.#filter));
    if (this.#wanted) this.#schedule();
  }

  async #take(): Promise<void> {
    const { log } = this.#ports;
    try {
      const applied = await apply(this.#demand, this.#ports);
      if (!(await this.#isCurrent(applied.filter))) throw lapsed();
      this.#hold(applied);
    } catch (error) {
      const reason = describeError(error);
      this.#filter?.release();
      this.#filter = undefined;
      this.#become("failed", reason);
      if (this.#said !== reason) log.warn({ code: codeOf(error), reason }, "the devices are not led here");
      this.#said = reason;
    }
  }

  async #refresh(filter: PacketFilter): Promise<void> {
    const { log } = this.#ports;
    try {
      if (await this.#isCurrent(filter)) {
        this.#status = { ...this.#status, counters: await filter.counters() };
        this.#said = "";
        return;
      }
      this.#say("something removed the rules");
    } catch (error) {
      this.#say(describeError(error));
    }
    filter.release();
    this.#filter = undefined;
    log.debug("applying interception anew");
    await this.#take();
  }

  /** Lets rules and routes live on. */
  async #isCurrent(filter: PacketFilter): Promise<boolean> {
    if (this.#demand.mode === "tproxy") await ensureRoutes(this.#ports.host, this.#demand);
    return filter.refresh();
  }

  #hold({ filter, findings, done, problems }: Applied): void {
    const { backend } = filter;
    this.#filter = filter;
    this.#status = { ...this.#status, backend, findings };
    this.#become("held");
    const { log } = this.#ports;
    const { mode } = this.#demand;
    log.info({ mode, backend, done }, "interception begins");
    const { prepare } = this.#demand;
    const left = findings.filter(({ check, state }) => state === "problem" && !(prepare && isPrepared(check)));
    for (const { check, found, remedy } of left) {
      log.warn({ check, found, remedy }, "in the way of interception");
    }
    for (const problem of problems) log.warn({ problem }, "the host could not be prepared");
  }

  #say(reason: string): void {
    if (this.#said !== reason)
      this.#ports.log.warn({ code: "INTERCEPT_FAILED", reason }, "interception was interrupted");
    this.#said = reason;
  }

  #become(state: InterceptStatus["state"], reason?: string): void {
    const { reason: _before, ...rest } = this.#status;
    const since = rest.state === state ? rest.since : this.#ports.clock.now();
    this.#status = { ...rest, state, since, ...(reason === undefined ? {} : { reason }) };
  }
}

/** What `prepare` changes; what of it could not be changed is told by itself. */
function isPrepared(check: string): boolean {
  return /^(forwarding|send_redirects|reverse_path|forward_policy)(_|$)/.test(check);
}

function lapsed(): CloudtapError {
  return new CloudtapError("INTERCEPT_FAILED", "the rules were gone as soon as they were loaded");
}

function codeOf(error: unknown): string {
  return error instanceof CloudtapError ? error.code : "INTERCEPT_FAILED";
}
