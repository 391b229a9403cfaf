import type { DeviceId } from "../model/device.js";
import type { Bus, BusMessage } from "../model/ports.js";
import type { LegSecurity, SessionInfo } from "../model/session.js";
import type { TrafficObserver } from "../model/traffic.js";
import type { Clock } from "../runtime/clock.js";
import { Guard } from "../runtime/guard.js";
import type { Logger } from "../runtime/log.js";
import { ChangeWatch } from "./change-watch.js";
import { type ListedSession, SessionNote, type SessionNotePorts } from "./listed-session.js";
import { type TrafficTotal, TrafficTotals } from "./traffic-totals.js";

/** What must be known of a session to make a capture of its frames. */
export interface SessionFacts {
  readonly info: SessionInfo;
  readonly devices: readonly DeviceId[];
  /** Of its device leg; undefined where that never came up. */
  readonly security: LegSecurity | undefined;
}

/** All sessions that are open, the newest that are closed, and what passed on them. */
export interface SessionList extends TrafficObserver {
  readonly openCount: number;
  /** Newest first. */
  open(limit: number): readonly ListedSession[];
  /** The last hundred, newest first. */
  closed(): readonly ListedSession[];
  find(id: string): ListedSession | undefined;
  /** The one that was opened last, closed or not. */
  newest(): ListedSession | undefined;
  facts(id: string): SessionFacts | undefined;
  /**
   * Tells of sessions that open and close, at once, and of those whose numbers changed, at most once a second; of very
   * many in turn. Until the returned function is called.
   */
  watch(tell: (session: ListedSession) => void): () => void;
  /** Bytes since the start. */
  totals(): readonly TrafficTotal[];
}

export interface SessionListPorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
}

const closedLimit = 100;
const tellEveryMs = 1_000;
const tellMost = 200;

/** Listens from now on. */
export function createSessionList(ports: SessionListPorts): SessionList {
  return new Sessions(ports);
}

class Sessions implements SessionList {
  readonly #open = new Map<string, SessionNote>();
  /** Oldest first. */
  #closed: SessionNote[] = [];
  readonly #totals = new TrafficTotals();
  readonly #watch: ChangeWatch<SessionNote, ListedSession>;
  readonly #notePorts: SessionNotePorts;
  #newest: SessionNote | undefined;

  constructor({ bus, clock, log }: SessionListPorts) {
    const guard = new Guard(log, "session list");
    this.#watch = new ChangeWatch({
      ...{ clock, guard, everyMs: tellEveryMs, most: tellMost },
      show: (session) => session.show(),
    });
    this.#notePorts = {
      now: () => clock.now(),
      changed: (session) => this.#watch.note(session),
      total: (info, { side }) => this.#totals.of(info, side),
    };
    bus.subscribe("session list", (message) => this.#accept(message));
  }

  get openCount(): number {
    return this.#open.size;
  }

  opened(info: SessionInfo): SessionNote {
    const known = this.#open.get(info.id);
    if (known !== undefined) return known;
    const session = new SessionNote(info, this.#notePorts);
    this.#open.set(info.id, session);
    this.#newest = session;
    return session;
  }

  open(limit: number): readonly ListedSession[] {
    const newest = limit > 0 ? [...this.#open.values()].slice(-limit) : [];
    return newest.toReversed().map((session) => session.show());
  }

  closed(): readonly ListedSession[] {
    return this.#closed.toReversed().map((session) => session.show());
  }

  find(id: string): ListedSession | undefined {
    return this.#find(id)?.show();
  }

  newest(): ListedSession | undefined {
    return this.#newest?.show();
  }

  facts(id: string): SessionFacts | undefined {
    const session = this.#find(id);
    if (session === undefined) return undefined;
    const { info, devices, security } = session;
    return { info, devices, security };
  }

  watch(tell: (session: ListedSession) => void): () => void {
    return this.#watch.watch(tell);
  }

  totals(): readonly TrafficTotal[] {
    return this.#totals.list();
  }

  #find(id: string): SessionNote | undefined {
    const newest = this.#newest?.info.id === id ? this.#newest : undefined;
    return this.#open.get(id) ?? newest ?? this.#closed.find(({ info }) => info.id === id);
  }

  #accept(message: BusMessage): void {
    switch (message.type) {
      case "frame":
        this.#count(message.session, "frames");
        return;
      case "anomaly":
        this.#count(message.session, "anomalies");
        return;
      case "seen": {
        const session = this.#open.get(message.session.id);
        if (session?.saw(message.device) === true) this.#watch.note(session);
        return;
      }
      case "session-opened":
        this.#watch.tell(this.opened(message.session));
        return;
      case "session-closed":
        this.#close(message);
        return;
      default:
    }
  }

  #count({ id }: SessionInfo, what: "frames" | "anomalies"): void {
    const session = this.#open.get(id);
    if (session === undefined) return;
    session[what] += 1;
    this.#watch.note(session);
  }

  #close({ session: { id }, reason }: Extract<BusMessage, { readonly type: "session-closed" }>): void {
    const session = this.#open.get(id);
    if (session === undefined) return;
    this.#open.delete(id);
    session.over(reason);
    this.#closed.push(session);
    if (this.#closed.length > closedLimit) this.#closed.shift();
    this.#watch.tell(session);
  }
}
