import type { CloseReason, SessionCounters, SessionInfo } from "../model/session.js";
import type { LegOpening, LegParty, LegTraffic, SessionTraffic, TrafficObserver } from "../model/traffic.js";
import { deafLeg, deafSession } from "../runtime/deaf-traffic.js";
import { Guard } from "../runtime/guard.js";
import type { Logger } from "../runtime/log.js";

/** Fault barrier around whoever is told what passes: bytes go on, whatever it does. */
export function guardTraffic(observer: TrafficObserver, log: Logger): TrafficObserver {
  const guard = new Guard(log, "traffic");
  return {
    opened(session: SessionInfo): SessionTraffic {
      const inner = guard.run(() => observer.opened(session));
      return inner === undefined ? deafSession : new GuardedSession(inner, guard);
    },
  };
}

class GuardedSession implements SessionTraffic {
  readonly #inner: SessionTraffic;
  readonly #guard: Guard;

  constructor(inner: SessionTraffic, guard: Guard) {
    this.#inner = inner;
    this.#guard = guard;
  }

  get wantsSecrets(): boolean {
    return this.#guard.run(() => this.#inner.wantsSecrets) ?? false;
  }

  legOpened(opening: LegOpening): LegTraffic {
    const inner = this.#guard.run(() => this.#inner.legOpened(opening));
    return inner === undefined ? deafLeg : new GuardedLeg(inner, this.#guard);
  }

  secret(line: Uint8Array): void {
    this.#guard.run(() => this.#inner.secret(line));
  }

  closed(reason: CloseReason, counters: SessionCounters): void {
    this.#guard.run(() => this.#inner.closed(reason, counters));
  }
}

class GuardedLeg implements LegTraffic {
  readonly #inner: LegTraffic;
  readonly #guard: Guard;

  constructor(inner: LegTraffic, guard: Guard) {
    this.#inner = inner;
    this.#guard = guard;
  }

  received(chunk: Uint8Array): void {
    this.#guard.run(() => this.#inner.received(chunk));
  }

  sent(chunk: Uint8Array): void {
    this.#guard.run(() => this.#inner.sent(chunk));
  }

  ended(by: LegParty): void {
    this.#guard.run(() => this.#inner.ended(by));
  }

  reset(by: LegParty): void {
    this.#guard.run(() => this.#inner.reset(by));
  }
}
