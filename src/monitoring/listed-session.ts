import type { DeviceId } from "../model/device.js";
import type { CloseReason, LegSecurity, SessionInfo } from "../model/session.js";
import type { LegOpening, LegParty, LegTraffic, SessionTraffic } from "../model/traffic.js";
import { formatAddressAndPort } from "../runtime/addresses.js";
import type { RunningTotal } from "./traffic-totals.js";

/** What passed on one leg. */
export interface ListedLeg {
  /** Cloudtap's end, `192.0.2.1:10000` or `[fd00::1]:10000`. */
  readonly local: string;
  readonly remote: string;
  readonly security: LegSecurity;
  readonly openedAt: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** Who ended its half of the stream first, and how. */
  readonly ended?: { readonly by: LegParty; readonly how: "fin" | "reset"; readonly at: number };
}

export interface ListedSession {
  readonly id: string;
  readonly relay: string;
  readonly protocol: string;
  /** Those that it has shown up to now, the first first. */
  readonly devices: readonly string[];
  readonly openedAt: number;
  readonly serverName?: string;
  /** Where the device was heading, where a gateway led it here. */
  readonly destination?: string;
  readonly device?: ListedLeg;
  /** The newest one. */
  readonly cloud?: ListedLeg;
  readonly frames: number;
  readonly anomalies: number;
  readonly lastByteAt: number;
  readonly closed?: Readonly<CloseReason> & { readonly at: number };
}

/** What the legs of a session ask of the list. */
export interface SessionNotePorts {
  now(): number;
  /** Numbers of the session changed. */
  changed(session: SessionNote): void;
  total(info: SessionInfo, opening: LegOpening): RunningTotal;
}

/** An Envoy has some hundred devices behind it. */
const deviceLimit = 100;
const textLimit = 300;
const noDevices: readonly DeviceId[] = [];

/** One session and what is counted of it: there may be ten thousand, so it is small, and nothing is made a chunk. */
export class SessionNote implements SessionTraffic {
  readonly info: SessionInfo;
  readonly wantsSecrets = false;
  isNoted = false;
  devices: readonly DeviceId[] = noDevices;
  frames = 0;
  anomalies = 0;
  lastByteAt: number;
  readonly #ports: SessionNotePorts;
  #device: LegNumbers | undefined;
  #cloud: LegNumbers | undefined;
  #closed: ListedSession["closed"];

  constructor(info: SessionInfo, ports: SessionNotePorts) {
    this.info = info;
    this.#ports = ports;
    this.lastByteAt = info.openedAt;
  }

  /** Of its device leg; undefined until that is up. */
  get security(): LegSecurity | undefined {
    return this.#device?.opening.security;
  }

  legOpened(opening: LegOpening): LegTraffic {
    const leg = new LegNumbers(this, opening, this.#ports);
    if (opening.side === "device") this.#device = leg;
    else this.#cloud = leg;
    this.#ports.changed(this);
    return leg;
  }

  /** True: it is new here. */
  saw(device: DeviceId): boolean {
    if (this.devices.includes(device) || this.devices.length >= deviceLimit) return false;
    this.devices = [...this.devices, device];
    return true;
  }

  over({ by, how, detail }: CloseReason): void {
    this.#closed = { at: this.#ports.now(), by, how, detail: detail.slice(0, textLimit) };
  }

  show(): ListedSession {
    const { id, relay, protocol, openedAt, serverName, destination } = this.info;
    const { devices, frames, anomalies, lastByteAt } = this;
    const heading = destination === undefined ? undefined : formatAddressAndPort(destination.address, destination.port);
    return {
      ...{ id, relay, protocol, devices, openedAt, frames, anomalies, lastByteAt },
      ...(serverName === undefined ? {} : { serverName }),
      ...(heading === undefined ? {} : { destination: heading }),
      ...(this.#device === undefined ? {} : { device: this.#device.show() }),
      ...(this.#cloud === undefined ? {} : { cloud: this.#cloud.show() }),
      ...(this.#closed === undefined ? {} : { closed: this.#closed }),
    };
  }

  secret(): void {
    // Not wanted.
  }

  closed(): void {
    // The bus tells it.
  }
}

class LegNumbers implements LegTraffic {
  readonly opening: LegOpening;
  readonly #session: SessionNote;
  readonly #ports: SessionNotePorts;
  readonly #total: RunningTotal;
  readonly #openedAt: number;
  #bytesReceived = 0;
  #bytesSent = 0;
  #ended: ListedLeg["ended"];

  constructor(session: SessionNote, opening: LegOpening, ports: SessionNotePorts) {
    this.opening = opening;
    this.#session = session;
    this.#ports = ports;
    this.#total = ports.total(session.info, opening);
    this.#openedAt = ports.now();
  }

  received(chunk: Uint8Array): void {
    this.#bytesReceived += chunk.length;
    this.#total.received += chunk.length;
    this.#passed();
  }

  sent(chunk: Uint8Array): void {
    this.#bytesSent += chunk.length;
    this.#total.sent += chunk.length;
    this.#passed();
  }

  ended(by: LegParty): void {
    this.#end(by, "fin");
  }

  reset(by: LegParty): void {
    this.#end(by, "reset");
  }

  show(): ListedLeg {
    const { security, addresses } = this.opening;
    return {
      local: formatAddressAndPort(addresses.localAddress, addresses.localPort),
      remote: formatAddressAndPort(addresses.remoteAddress, addresses.remotePort),
      ...{ security, openedAt: this.#openedAt },
      ...{ bytesReceived: this.#bytesReceived, bytesSent: this.#bytesSent },
      ...(this.#ended === undefined ? {} : { ended: this.#ended }),
    };
  }

  #passed(): void {
    this.#session.lastByteAt = this.#ports.now();
    this.#ports.changed(this.#session);
  }

  #end(by: LegParty, how: "fin" | "reset"): void {
    if (this.#ended !== undefined) return;
    this.#ended = { by, how, at: this.#ports.now() };
    this.#ports.changed(this.#session);
  }
}
