import type { CloseReason, SessionCounters, SessionInfo } from "../model/session.js";
import type { LegOpening, LegParty, LegTraffic, SessionTraffic, TrafficObserver } from "../model/traffic.js";
import { deafLeg, deafSession } from "../runtime/deaf-traffic.js";
import { Guard } from "../runtime/guard.js";
import type { Logger } from "../runtime/log.js";

/** One observer that tells several, in their order. Where one fails the others are told all the same. */
export function combineTraffic(observers: readonly TrafficObserver[], log: Logger): TrafficObserver {
  const [only] = observers;
  if (only !== undefined && observers.length === 1) return only;
  const guards = observers.map(() => new Guard(log, "traffic observer"));
  return {
    opened: (session: SessionInfo) =>
      new CombinedSession(
        observers.map((observer, at) => guards[at]?.run(() => observer.opened(session)) ?? deafSession),
        guards,
      ),
  };
}

/** Fault barriers, one for each observer, in their order. */
type Guards = readonly Guard[];

class CombinedSession implements SessionTraffic {
  readonly #sessions: readonly SessionTraffic[];
  readonly #guards: Guards;

  constructor(sessions: readonly SessionTraffic[], guards: Guards) {
    this.#sessions = sessions;
    this.#guards = guards;
  }

  get wantsSecrets(): boolean {
    return this.#sessions.some((session, at) => this.#guards[at]?.run(() => session.wantsSecrets) === true);
  }

  legOpened(opening: LegOpening): LegTraffic {
    const legs = this.#sessions.map(
      (session, at) => this.#guards[at]?.run(() => session.legOpened(opening)) ?? deafLeg,
    );
    return new CombinedLeg(legs, this.#guards);
  }

  secret(line: Uint8Array): void {
    this.#tell((session) => {
      if (session.wantsSecrets) session.secret(line);
    });
  }

  closed(reason: CloseReason, counters: SessionCounters): void {
    this.#tell((session) => session.closed(reason, counters));
  }

  #tell(told: (session: SessionTraffic) => void): void {
    for (const [at, session] of this.#sessions.entries()) this.#guards[at]?.run(() => told(session));
  }
}

class CombinedLeg implements LegTraffic {
  readonly #legs: readonly LegTraffic[];
  readonly #guards: Guards;

  constructor(legs: readonly LegTraffic[], guards: Guards) {
    this.#legs = legs;
    this.#guards = guards;
  }

  received(chunk: Uint8Array): void {
    for (let at = 0; at < this.#legs.length; at += 1) this.#guards[at]?.run(() => this.#legs[at]?.received(chunk));
  }

  sent(chunk: Uint8Array): void {
    for (let at = 0; at < this.#legs.length; at += 1) this.#guards[at]?.run(() => this.#legs[at]?.sent(chunk));
  }

  ended(by: LegParty): void {
    for (const [at, leg] of this.#legs.entries()) this.#guards[at]?.run(() => leg.ended(by));
  }

  reset(by: LegParty): void {
    for (const [at, leg] of this.#legs.entries()) this.#guards[at]?.run(() => leg.reset(by));
  }
}
