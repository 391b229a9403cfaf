import type { Bus, BusMessage } from "../model/ports.js";
import type { SessionId, SessionInfo } from "../model/session.js";
import type { EpochMs } from "../model/time.js";
import type { Clock } from "../runtime/clock.js";

/** A cloud that cannot be reached. */
export interface CloudOutage {
  readonly relay: string;
  /** Where it is, as far as that is known. */
  readonly host: string;
  /** Why, in one short sentence. */
  readonly detail: string;
  readonly since: EpochMs;
}

export interface CloudWatchPorts {
  readonly bus: Bus;
  readonly clock: Clock;
  /** Who answers the devices of a relay. */
  policyOf(relay: string): "relay" | "local" | "auto";
  /** Whom this session calls. */
  hostOf(session: SessionInfo): string;
  /** What `outages` says may be something else now. */
  changed(): void;
}

export interface CloudWatch {
  outages(): readonly CloudOutage[];
}

/** Dials in a row that must fail. */
const failureLimit = 2;
/** With `cloud: auto` a dial is no session's end: so long must devices be answered here. */
const localLimitMs = 60_000;
/** A session that is open for so long has its cloud: no dial takes more. */
const dialledMs = 120_000;
/** Of a relay, after its last failure. */
const sessionLimit = 16;

interface Trouble extends CloudOutage {
  failures: number;
  detail: string;
  /** Devices are answered here. */
  isLocal: boolean;
  /** Sessions that began after the last failure and are open. */
  readonly open: Map<SessionId, EpochMs>;
}

type ClosedMessage = Extract<BusMessage, { readonly type: "session-closed" }>;

/**
 * Which relays cannot reach their cloud: two dials in a row failed, or with `cloud: auto` devices are answered here for a
 * minute. It is over with the first word of the cloud. Nothing is logged: the relay does that.
 */
export function createCloudWatch(ports: CloudWatchPorts): CloudWatch {
  return new Watch(ports);
}

class Watch implements CloudWatch {
  readonly #ports: CloudWatchPorts;
  /** By relay; empty while all is well, so that a frame costs next to nothing. */
  readonly #troubles = new Map<string, Trouble>();

  constructor(ports: CloudWatchPorts) {
    this.#ports = ports;
    ports.bus.subscribe("cloud watch", (message) => this.#accept(message));
  }

  outages(): readonly CloudOutage[] {
    const now = this.#ports.clock.now();
    return [...this.#troubles.values()]
      .filter((trouble) => isOutage(trouble, now))
      .map(({ relay, host, detail, since }) => ({ relay, host, detail, since }));
  }

  #accept(message: BusMessage): void {
    if (message.type === "session-closed") this.#onClosed(message);
    else if (message.type === "cloud-mode" && message.mode === "local") this.#onLocal(message);
    else if (this.#troubles.size === 0) return;
    else if (message.type === "session-opened") this.#onOpened(message.session);
    else if (message.type === "frame" && message.direction === "cloud-to-device" && message.own !== true)
      this.#reached(message.session.relay);
  }

  #onClosed({ session, reason, counters }: ClosedMessage): void {
    const { by, how, detail } = reason;
    const hasFailed = by === "cloud" && (how === "dial-failed" || how === "tls-failed");
    if (hasFailed) this.#failed(session, detail);
    else if (counters.bytesFromCloud > 0 || (by === "cloud" && how === "fin")) this.#reached(session.relay);
    else this.#troubles.get(session.relay)?.open.delete(session.id);
  }

  #onLocal({ session, reason }: Extract<BusMessage, { readonly type: "cloud-mode" }>): void {
    if (this.#ports.policyOf(session.relay) !== "auto") return;
    const trouble = this.#troubleOf(session, reason);
    trouble.isLocal = true;
    trouble.open.clear();
  }

  #failed(session: SessionInfo, detail: string): void {
    if (this.#ports.policyOf(session.relay) === "local") return;
    const trouble = this.#troubleOf(session, detail);
    trouble.failures += 1;
    trouble.detail = detail;
    trouble.open.clear();
    if (trouble.failures === failureLimit) this.#ports.changed();
  }

  #onOpened({ id, relay }: SessionInfo): void {
    const trouble = this.#troubles.get(relay);
    if (trouble !== undefined && trouble.open.size < sessionLimit) trouble.open.set(id, this.#ports.clock.now());
  }

  #reached(relay: string): void {
    if (this.#troubles.delete(relay)) this.#ports.changed();
  }

  #troubleOf(session: SessionInfo, detail: string): Trouble {
    const { relay } = session;
    const known = this.#troubles.get(relay);
    if (known !== undefined) return known;
    const since = this.#ports.clock.now();
    const host = this.#ports.hostOf(session);
    const begun: Trouble = { relay, host, detail, since, failures: 0, isLocal: false, open: new Map() };
    this.#troubles.set(relay, begun);
    return begun;
  }
}

function isOutage({ failures, isLocal, since, open }: Trouble, now: EpochMs): boolean {
  if (isLocal) return failures >= failureLimit || now - since >= localLimitMs;
  return failures >= failureLimit && ![...open.values()].some((openedAt) => now - openedAt >= dialledMs);
}
