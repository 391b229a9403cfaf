import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import type { SecureContext } from "node:tls";
import type { WriteRequest, WriteResult } from "../model/command.js";
import type { DeviceId } from "../model/device.js";
import type { Bus, Deliver, DeviceMemory, Outbox, OutboxItem, RelayStatus } from "../model/ports.js";
import type { Protocol } from "../model/protocol.js";
import type { SessionId, SessionInfo } from "../model/session.js";
import type { EpochMs } from "../model/time.js";
import type { Clock } from "../runtime/clock.js";
import { describeError } from "../runtime/errors.js";
import type { Logger } from "../runtime/log.js";
import { Activity } from "./activity.js";
import { canonicalAddress } from "./addresses.js";
import { Admission } from "./admission.js";
import type { DeviceCertificate } from "./certificates.js";
import { createDeviceContext } from "./device-tls.js";
import { type ListenAddress, Listener } from "./listener.js";
import { controlLevel, type PolicyOptions, RelayPolicies } from "./relay-policies.js";
import { type DeviceTlsMode, Session, type SessionPorts } from "./session.js";
import { TlsMemory } from "./tls-memory.js";
import { type CloudTlsMode, Upstream } from "./upstream.js";
import { UpstreamHealth } from "./upstream-health.js";

export interface RelayOptions extends PolicyOptions {
  readonly name: string;
  readonly protocol: Protocol;
  readonly listen: ListenAddress;
  readonly upstream: { readonly host: string; readonly port: number };
  readonly tls: DeviceTlsMode;
  /** Lowest version for the device leg. */
  readonly tlsMin: "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3";
  readonly upstreamTls: CloudTlsMode;
  readonly dialTimeoutMs: number;
  /** Without a byte in either direction. */
  readonly idleTimeoutMs: number;
  readonly maxSessions: number;
  readonly maxSessionsPerAddress: number;
  /** Name servers for the upstream's name; empty: the system's. */
  readonly resolver: readonly string[];
  /** When a relay counts as silent; absent or 0: three times the protocol's usual interval. */
  readonly offlineAfterMs?: number;
}

export interface RelayPorts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly deliver: Deliver;
  readonly memory: DeviceMemory;
  /** For the relays that keep what their cloud misses. */
  readonly outbox: Outbox;
  /** A cloud will not take what was kept for it. */
  refused(item: OutboxItem): void;
  /** Minutes east of UTC that are in force where the devices stand. */
  offsetMinutes(at: EpochMs): number;
  /** True for a setting that was written from here. */
  owns(device: DeviceId, key: string): boolean;
  /** Asked at the first device that speaks TLS. */
  readonly certificate: () => Promise<DeviceCertificate>;
  /** Every port on which this process listens, for the loop guard. */
  ownPorts(): readonly number[];
  /** PEM of an authority to trust besides the well-known ones. */
  readonly upstreamCa?: string;
}

/** One configured place where device connections arrive. */
export interface Relay {
  readonly options: RelayOptions;
  /** Throws CloudtapError LISTEN_FAILED; the status says so too. */
  start(): Promise<void>;
  /** Accepts nothing more, lets bytes in flight finish for up to two seconds, then closes. */
  stop(): Promise<void>;
  status(): RelayStatus;
  /** As `WriteCarrier`. */
  write(request: WriteRequest): Promise<WriteResult | undefined> | undefined;
  /** The port in force, also where 0 was asked for. */
  port(): number;
}

const stopLimitMs = 2_000;

export function createRelay(options: RelayOptions, ports: RelayPorts): Relay {
  return new TcpRelay(options, ports);
}

class TcpRelay implements Relay {
  readonly options: RelayOptions;
  readonly #ports: RelayPorts;
  readonly #log: Logger;
  readonly #listener: Listener;
  readonly #admission: Admission;
  readonly #activity: Activity;
  readonly #sessions = new Set<Session>();
  readonly #policies: RelayPolicies;
  readonly #sessionPorts: SessionPorts;
  /** Makes ids unlike those of other relays and of earlier runs. */
  readonly #idPrefix = randomBytes(3).toString("hex");
  #started = 0;
  #ended = 0;
  #error: string | undefined;
  #deviceContext: Promise<SecureContext> | undefined;
  #emptied: (() => void) | undefined;

  constructor(options: RelayOptions, ports: RelayPorts) {
    this.options = options;
    this.#ports = ports;
    this.#log = ports.log.child({ relay: options.name });
    this.#listener = new Listener(options.listen, (socket) => this.#accept(socket));
    this.#admission = new Admission(options, this.#log, ports.clock);
    const silentAfterMs = options.offlineAfterMs || 3 * options.protocol.defaults.intervalS * 1000;
    this.#activity = new Activity(silentAfterMs, this.#log, ports.clock, () => this.#publishStatus());
    const upstream = this.#createUpstream();
    const health = new UpstreamHealth(this.#log, `${options.upstream.host}:${options.upstream.port}`);
    const { protocol, upstreamTls } = options;
    const { clock, outbox, refused } = ports;
    this.#policies = new RelayPolicies(options, {
      ...{ relay: options.name, protocol, upstream, upstreamTls, health, clock, log: this.#log, outbox, refused },
      owns: (device, key) => ports.owns(device, key),
    });
    this.#sessionPorts = this.#createSessionPorts(upstream, health);
  }

  async start(): Promise<void> {
    try {
      await this.#listener.start((error) => this.#log.error({ err: error }, "accepting a connection failed"));
    } catch (error) {
      this.#error = describeError(error);
      this.#publishStatus();
      throw error;
    }
    const { listen, upstream, cloud } = this.status();
    this.#log.info(
      { listen, port: this.port(), protocol: this.options.protocol.name, cloud, upstream },
      "relay listens",
    );
    this.#activity.start();
    this.#policies.start();
    this.#publishStatus();
  }

  async stop(): Promise<void> {
    this.#listener.stop();
    this.#activity.stop();
    this.#policies.stop();
    await this.#endSessions();
  }

  async #endSessions(): Promise<void> {
    if (this.#sessions.size === 0) return;
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    const cancel = this.#ports.clock.after(stopLimitMs, () => {
      for (const session of [...this.#sessions]) session.abort();
    });
    for (const session of [...this.#sessions]) session.stop();
    await emptied;
    cancel();
  }

  status(): RelayStatus {
    const { name, protocol, listen, upstream, cloud } = this.options;
    return {
      name,
      protocol: protocol.name,
      listen: listen.host === undefined ? String(this.port()) : `${listen.host}:${this.port()}`,
      upstream: `${upstream.host}:${upstream.port}`,
      cloud,
      status: this.#error === undefined ? this.#activity.status : "failed",
      ...(this.#error === undefined ? {} : { error: this.#error }),
      sessionsOpen: this.#sessions.size,
      sessionsStarted: this.#started,
      sessionsEnded: this.#ended,
      turnedAway: 0,
    };
  }

  write(request: WriteRequest): Promise<WriteResult | undefined> | undefined {
    return this.#policies.write(request);
  }

  port(): number {
    return this.#listener.port ?? this.options.listen.port;
  }

  #publishStatus(): void {
    this.#ports.bus.publish({ type: "relay", relay: this.status() });
  }

  #accept(tcp: Socket): void {
    const { localAddress, localPort, remoteAddress, remotePort } = tcp;
    if (
      localAddress === undefined ||
      localPort === undefined ||
      remoteAddress === undefined ||
      remotePort === undefined
    ) {
      // Reset before it was accepted: there is nobody to serve.
      tcp.destroy();
      return;
    }
    const device = {
      localAddress: canonicalAddress(localAddress),
      localPort,
      remoteAddress: canonicalAddress(remoteAddress),
      remotePort,
    };
    if (!this.#admission.admit(device.remoteAddress)) {
      tcp.resetAndDestroy();
      return;
    }
    this.#started += 1;
    const id = `${this.#idPrefix}-${this.#started.toString(36)}` as SessionId;
    const { name, protocol } = this.options;
    const info: SessionInfo = { id, relay: name, protocol: protocol.name, openedAt: this.#ports.clock.now(), device };
    const session = new Session(info, tcp, this.#sessionPorts);
    this.#sessions.add(session);
    this.#ports.bus.publish({ type: "session-opened", session: info });
    void session.open();
  }

  #closed(session: Session): void {
    this.#sessions.delete(session);
    if (session.gatekeeper !== undefined) this.#policies.forget(session.gatekeeper);
    this.#ended += 1;
    this.#admission.leave(session.info.device.remoteAddress);
    if (this.#sessions.size === 0) this.#emptied?.();
  }

  #createUpstream(): Upstream {
    const { upstream, dialTimeoutMs, resolver } = this.options;
    const { clock, upstreamCa } = this.#ports;
    const target = { ...upstream, dialTimeoutMs, resolver, ...(upstreamCa === undefined ? {} : { ca: upstreamCa }) };
    return new Upstream(target, clock, () => this.#ports.ownPorts());
  }

  #createSessionPorts(upstream: Upstream, health: UpstreamHealth): SessionPorts {
    const { protocol, tls, upstreamTls, idleTimeoutMs } = this.options;
    const { clock, bus, deliver, memory } = this.#ports;
    return {
      ...{ protocol, clock, bus, deliver, memory, tls, upstreamTls, idleTimeoutMs },
      log: this.#log,
      ...{ upstream, health, control: controlLevel(this.options), policies: this.#policies.ofSessions },
      offsetMinutes: (at) => this.#ports.offsetMinutes(at),
      tlsMemory: new TlsMemory(),
      deviceContext: () => this.#contextOfDevices(),
      reported: () => this.#activity.sign(),
      closed: (session) => this.#closed(session),
    };
  }

  #contextOfDevices(): Promise<SecureContext> {
    this.#deviceContext ??= this.#ports.certificate().then(
      (certificate) => createDeviceContext(certificate, this.options.tlsMin),
      (error: unknown) => {
        // The next device that asks tries again: a full disk may have been emptied.
        this.#deviceContext = undefined;
        throw error;
      },
    );
    return this.#deviceContext;
  }
}
