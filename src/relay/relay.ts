import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import type { WriteRequest, WriteResult } from "../model/command.js";
import type { RelayStatus } from "../model/ports.js";
import type { SessionId, SessionInfo } from "../model/session.js";
import { formatAddressAndPort } from "../runtime/addresses.js";
import { describeError } from "../runtime/errors.js";
import type { Logger } from "../runtime/log.js";
import { Activity } from "./activity.js";
import { Admission } from "./arrival/admission.js";
import { type Arrival, awaitArrival } from "./arrival/arrival.js";
import { Door, type Heading } from "./arrival/door.js";
import { Listener } from "./arrival/listener.js";
import { protocolOfTls } from "./arrival/tls-protocol.js";
import { type CloudDialling, createCloudContext } from "./cloud/upstream.js";
import { guardTiming } from "./guarded-timing.js";
import { guardTraffic } from "./guarded-traffic.js";
import type { RelayOptions, RelayPorts } from "./relay-options.js";
import { type ServedProtocol, ServedProtocols } from "./served-protocols.js";
import { Session } from "./session.js";
import { DeviceContexts } from "./tls/device-contexts.js";
import type { DeviceSecurityPorts } from "./tls/device-security.js";
import { UnreadNotices } from "./tls/unread-notices.js";

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
  readonly #door: Door;
  readonly #admission: Admission;
  readonly #activity: Activity;
  /** Usual seconds between reports. */
  readonly #intervalS: number;
  /** Connections that have not said yet what they are. */
  readonly #arriving = new Set<Socket>();
  readonly #sessions = new Set<Session>();
  readonly #served: ServedProtocols;
  /** Makes ids unlike those of other relays and of earlier runs. */
  readonly #idPrefix = randomBytes(3).toString("hex");
  #started = 0;
  #ended = 0;
  #error: string | undefined;
  #emptied: (() => void) | undefined;

  constructor(options: RelayOptions, ports: RelayPorts) {
    this.options = options;
    this.#ports = ports;
    this.#log = ports.log.child({ relay: options.name });
    this.#listener = new Listener(options.listen, (socket) => this.#accept(socket), ports.listenerSource);
    const followsDevice = options.upstream === "original";
    this.#door = new Door({ followsDevice, devices: options.devices }, ports.interception?.sockets);
    this.#admission = new Admission({ ...options, relay: options.name }, this.#log, ports);
    const { candidates = [options.protocol] } = options;
    this.#intervalS = Math.max(...candidates.map(({ defaults }) => defaults.intervalS));
    const silentAfterMs = options.offlineAfterMs || 3 * this.#intervalS * 1000;
    this.#activity = new Activity(silentAfterMs, this.#log, ports.clock, () => this.#publishStatus());
    this.#served = new ServedProtocols(options, {
      ...ports,
      log: this.#log,
      dialling: this.#createDialling(),
      security: this.#createSecurity(),
      ...(ports.traffic === undefined ? {} : { traffic: guardTraffic(ports.traffic, this.#log) }),
      ...(ports.timing === undefined ? {} : { timing: guardTiming(ports.timing, this.#log) }),
      reported: () => this.#activity.sign(),
      closed: (session) => this.#closed(session),
    });
  }

  async start(): Promise<void> {
    try {
      await this.#listener.start((error) => this.#log.error({ err: error }, "accepting a connection failed"));
    } catch (error) {
      this.#error = describeError(error);
      this.#publishStatus();
      throw error;
    }
    this.#takeForeignAddresses();
    const { listen, upstream, cloud, protocol } = this.status();
    const fields = { listen, port: this.port(), protocol, cloud, upstream, intervalS: this.#intervalS };
    this.#log.info(fields, "relay listens");
    this.#activity.start();
    this.#served.start();
    this.#publishStatus();
  }

  async stop(): Promise<void> {
    this.#listener.stop();
    this.#activity.stop();
    this.#served.stop();
    for (const tcp of this.#arriving) tcp.destroy();
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
    const { name, protocol, candidates, listen, upstream, cloud } = this.options;
    return {
      name,
      protocol: candidates === undefined ? protocol.name : "auto",
      listen: listen.host === undefined ? String(this.port()) : formatAddressAndPort(listen.host, this.port()),
      upstream: typeof upstream === "string" ? upstream : `${upstream.host}:${upstream.port}`,
      cloud,
      status: this.#error === undefined ? this.#activity.status : "failed",
      ...(this.#error === undefined ? {} : { error: this.#error }),
      sessionsOpen: this.#sessions.size,
      sessionsStarted: this.#started,
      sessionsEnded: this.#ended,
      turnedAway: this.#admission.turnedAway,
    };
  }

  write(request: WriteRequest): Promise<WriteResult | undefined> | undefined {
    return this.#served.write(request);
  }

  port(): number {
    return this.#listener.port ?? this.options.listen.port;
  }

  #publishStatus(): void {
    this.#ports.bus.publish({ type: "relay", relay: this.status() });
  }

  /** Without the right to, the port still serves whoever calls it directly. */
  #takeForeignAddresses(): void {
    const { interception, listenerSource } = this.#ports;
    if (interception?.transparent !== true || listenerSource !== undefined) return;
    try {
      interception.sockets.makeTransparent(this.#listener.server);
    } catch (error) {
      this.#log.error(
        { code: "SOCKET_OPTION", reason: describeError(error) },
        "devices cannot be taken over by tproxy",
      );
    }
  }

  #accept(tcp: Socket): void {
    const heading = this.#door.heading(tcp);
    if (heading === undefined) {
      tcp.destroy();
      return;
    }
    const address = heading.device.remoteAddress;
    if (!this.#admission.admit(address, this.#door.refusal(heading))) {
      tcp.resetAndDestroy();
      return;
    }
    const { tls, candidates = [] } = this.options;
    this.#arriving.add(tcp);
    void awaitArrival(tcp, { tls, candidates }, this.#ports.clock).then((arrival) => {
      this.#arriving.delete(tcp);
      this.#open(heading, arrival);
    });
  }

  #open(heading: Heading, arrival: Arrival): void {
    this.#started += 1;
    const id = `${this.#idPrefix}-${this.#started.toString(36)}` as SessionId;
    const serverName = arrival.first?.hello?.serverName;
    const served = this.#protocolOf(heading, arrival);
    const info: SessionInfo = {
      ...{ id, relay: this.options.name, protocol: served.protocol.name, openedAt: this.#ports.clock.now() },
      ...heading,
      ...(serverName === undefined ? {} : { serverName }),
    };
    const session = new Session(info, arrival, served.sessions);
    this.#sessions.add(session);
    this.#ports.bus.publish({ type: "session-opened", session: info });
    void session.open();
  }

  #protocolOf({ destination }: Heading, { first }: Arrival): ServedProtocol {
    const { candidates } = this.options;
    if (candidates === undefined || first === undefined) return this.#served.fallback;
    const found =
      first.kind === "tls" ? protocolOfTls(candidates, first.hello?.serverName, destination?.port) : first.protocol;
    return found === undefined ? this.#served.fallback : this.#served.of(found);
  }

  #closed(session: Session): void {
    this.#sessions.delete(session);
    if (session.gatekeeper !== undefined) this.#served.forget(session.gatekeeper);
    this.#ended += 1;
    this.#admission.leave(session.info.device.remoteAddress);
    if (this.#sessions.size === 0) this.#emptied?.();
  }

  #createDialling(): CloudDialling {
    const { dialTimeoutMs, resolver, source } = this.options;
    const { clock, upstreamCa, keyLog, interception } = this.#ports;
    const needsOwn = interception !== undefined && (interception.mark !== undefined || source === "device");
    const marks = interception?.mark === undefined ? {} : { mark: interception.mark };
    return {
      ...{ clock, dialTimeoutMs, resolver, context: createCloudContext(upstreamCa) },
      ownPorts: () => this.#ports.ownPorts(),
      ...(keyLog === undefined ? {} : { watchTls: (socket) => keyLog.watch(socket) }),
      ...(needsOwn
        ? {
            openSocket: (towards, from) =>
              interception.sockets.openSocket(towards, from === undefined ? marks : { ...marks, from }),
          }
        : {}),
    };
  }

  #createSecurity(): Omit<DeviceSecurityPorts, "onTls"> {
    const { tls, tlsMin } = this.options;
    const { clock, bus, splices, keyLog } = this.#ports;
    const contexts = new DeviceContexts((name) => this.#ports.certificate(name), tlsMin);
    return {
      ...{ tls, clock, bus, splices, notices: new UnreadNotices(), context: (name) => contexts.of(name) },
      ...(keyLog === undefined ? {} : { watchTls: (socket) => keyLog.watch(socket) }),
    };
  }
}
