import type { Bus, BusMessage } from "../model/ports.js";
import type { Problem } from "../model/problem.js";
import type { EpochMs } from "../model/time.js";
import type { Clock } from "../runtime/clock.js";
import { Guard } from "../runtime/guard.js";
import type { Part } from "../runtime/lifecycle.js";
import type { Logger } from "../runtime/log.js";
import { findProblems, type ProblemSources } from "./problems.js";

export interface ProblemWatchPorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  /** `broker`: whether it is connected; since when it is not is found here. */
  readonly sources: Omit<ProblemSources, "broker"> & {
    broker(): { readonly url: string; readonly connected: boolean };
  };
}

/** What is wrong, and who wants to hear of changes. */
export interface ProblemWatch extends Part {
  /** As of now. */
  problems(): readonly Problem[];
  /** Calls back when a problem came, went or has other words; at most once a second. */
  onChanged(listener: () => void): void;
  /** Something that may be a problem has changed. */
  review(): void;
}

const leastPauseMs = 1_000;
/** What no message tells is looked at so often. */
const lookEveryMs = 10_000;
/** Messages after which something may be wrong, or well again. None comes with each reading. */
const telling: ReadonlySet<BusMessage["type"]> = new Set([
  ...(["relay", "availability", "removed", "capture", "encrypted", "splice-forgotten"] as const),
]);

/** From `start` to `stop` it notices changes; `problems` can be asked at any time. */
export function createProblemWatch(ports: ProblemWatchPorts): ProblemWatch {
  return new Watch(ports);
}

class Watch implements ProblemWatch {
  readonly name = "problems";
  readonly #ports: ProblemWatchPorts;
  readonly #sources: ProblemSources;
  readonly #guard: Guard;
  readonly #listeners: { readonly guard: Guard; readonly tell: () => void }[] = [];
  #brokerAwaySince: EpochMs | undefined;
  #told = "[]";
  #isRunning = false;
  #isDue = false;
  #lastLookAt = Number.NEGATIVE_INFINITY;
  #cancel: () => void = () => undefined;

  constructor(ports: ProblemWatchPorts) {
    this.#ports = ports;
    this.#sources = { ...ports.sources, broker: () => this.#broker() };
    this.#guard = new Guard(ports.log, "problems");
    ports.bus.subscribe("problems", ({ type }) => {
      if (telling.has(type)) this.review();
    });
  }

  async start(): Promise<void> {
    this.#isRunning = true;
    this.#look();
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#cancel();
  }

  problems(): readonly Problem[] {
    return findProblems(this.#sources, this.#ports.clock.now());
  }

  onChanged(listener: () => void): void {
    this.#listeners.push({ guard: new Guard(this.#ports.log, "listener for problems"), tell: listener });
  }

  /** Not at once: who tells of a change may be in the middle of it. */
  review(): void {
    if (this.#isDue || !this.#isRunning) return;
    this.#isDue = true;
    this.#lookIn(Math.max(0, this.#lastLookAt + leastPauseMs - this.#ports.clock.now()));
  }

  #lookIn(delayMs: number): void {
    this.#cancel();
    this.#cancel = this.#ports.clock.after(Math.min(delayMs, lookEveryMs), () => this.#look());
  }

  #look(): void {
    this.#isDue = false;
    this.#lastLookAt = this.#ports.clock.now();
    this.#lookIn(lookEveryMs);
    const found = this.#guard.run(() => this.problems());
    if (found === undefined) return;
    const words = JSON.stringify(
      found.map(({ code, device, relay, severity, text }) => [code, device, relay, severity, text]),
    );
    if (words === this.#told) return;
    this.#told = words;
    for (const { guard, tell } of this.#listeners) guard.run(tell);
  }

  #broker(): { readonly url: string; readonly awaySince: EpochMs | undefined } {
    const { url, connected } = this.#ports.sources.broker();
    if (connected) this.#brokerAwaySince = undefined;
    else this.#brokerAwaySince ??= this.#ports.clock.now();
    return { url, awaySince: this.#brokerAwaySince };
  }
}
