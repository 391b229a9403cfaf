import type { CloseReason, LegSecurity, SessionCounters, SessionInfo } from "../model/session.js";
import type { SessionTraffic, TrafficObserver } from "../model/traffic.js";
import { CloudtapError, describeError } from "../runtime/errors.js";
import { Guard } from "../runtime/guard.js";
import type { Logger } from "../runtime/log.js";
import type { Arrival } from "./arrival/arrival.js";
import type { CloudEnd } from "./cloud/cloud-leg.js";
import { Safekeeping } from "./cloud/safekeeping.js";
import { type CloudTlsMode, cloudLegSecurity, upstreamSecurity } from "./cloud/upstream.js";
import type { SessionCloud, Upstreams } from "./cloud/upstreams.js";
import { Gatekeeper } from "./gate/gatekeeper.js";
import { Inspection, type InspectionPorts } from "./inspection.js";
import { isReset, Leg, type LegOwner, pauses, type Side } from "./leg.js";
import { cloudLegTraffic } from "./leg-traffic.js";
import type { Passage } from "./passage.js";
import type { SessionPolicies } from "./relay-policies.js";
import { SessionDevices } from "./session-devices.js";
import { Tap } from "./tap.js";
import { DeviceSecurity, type DeviceSecurityPorts } from "./tls/device-security.js";

/** What all sessions of a relay that speak one protocol share. */
export interface SessionPorts extends Omit<InspectionPorts, "session" | "hold" | "devices" | "cloud"> {
  readonly security: DeviceSecurityPorts;
  readonly upstreamTls: CloudTlsMode;
  readonly idleTimeoutMs: number;
  readonly upstreams: Upstreams;
  /** True: what Cloudtap cannot answer itself is refused, because no cloud may be contacted. */
  readonly isLocal: boolean;
  /** True: where a device was heading decides; nobody else can say whose certificate is to be expected there. */
  readonly followsDevice: boolean;
  readonly traffic: TrafficObserver | undefined;
  /** Undefined: no policy needs a gate. */
  readonly policies: SessionPolicies | undefined;
  closed(session: Session): void;
}

const earlyBytesLimit = 64 * 1024;
/** At a stop: how long both legs must have been silent, and how often that is looked at. */
const stopQuietMs = 200;
const stopLookMs = 50;

const unreadable: CloseReason = {
  ...{ by: "cloudtap", how: "tls-failed" },
  detail: "nobody here can read what the device says, and with cloud: local nobody else answers it",
};

/** One device connection: owns both legs and passes on what happens to either. */
export class Session implements LegOwner {
  readonly info: SessionInfo;
  readonly #ports: SessionPorts;
  readonly #log: Logger;
  readonly #arrival: Arrival;
  readonly #security: DeviceSecurity;
  readonly #traffic: SessionTraffic | undefined;
  readonly #legs: { device?: Leg; cloud?: Leg } = {};
  readonly #counted = { device: 0, cloud: 0 };
  #dialling: AbortController | undefined;
  #passage: Passage | undefined;
  #tap: Tap | undefined;
  #gatekeeper: Gatekeeper | undefined;
  #inspection: Inspection | undefined;
  #early: Buffer[] = [];
  #deviceEnded = false;
  /** TLS passes through, so that nothing tells of frames. */
  #isUnread = false;
  #lastByteAt: number;
  #cloudEnd: CloudEnd | undefined;
  #reason: CloseReason | undefined;
  #isOver = false;
  #cancelIdle: (() => void) | undefined;

  constructor(info: SessionInfo, arrival: Arrival, ports: SessionPorts) {
    this.info = info;
    this.#arrival = arrival;
    this.#ports = ports;
    this.#log = ports.log.child({ session: info.id, address: info.device.remoteAddress });
    this.#traffic = ports.traffic?.opened(info);
    this.#security = new DeviceSecurity(info, { ...ports.security, traffic: this.#traffic }, this.#log);
    this.#lastByteAt = info.openedAt;
  }

  /** Undefined in a tap. */
  get gatekeeper(): Gatekeeper | undefined {
    return this.#gatekeeper;
  }

  get counters(): SessionCounters {
    const durationMs = this.#ports.clock.now() - this.info.openedAt;
    return { bytesFromDevice: this.#counted.device, bytesFromCloud: this.#counted.cloud, durationMs };
  }

  /** Opens both legs and begins to relay. Never rejects: every outcome ends in `closed`. */
  async open(): Promise<void> {
    const { device, protocol, destination, serverName } = this.info;
    const { remotePort, localPort } = device;
    this.#log.debug({ protocol, remotePort, localPort, destination, serverName }, "session accepted");
    this.#watchIdle(this.#ports.idleTimeoutMs);
    try {
      const security = await this.#openDeviceLeg();
      if (security === undefined || this.#isOver) return;
      const { policies, isLocal } = this.#ports;
      if (policies !== undefined && security !== "splice") this.#openGate(security, policies);
      else if (isLocal) this.#refuse(unreadable);
      else await this.#openCloudLeg(security);
    } catch (error) {
      this.#openFailed(error);
    }
  }

  /** Closes as soon as nothing is on its way. */
  stop(): void {
    if (this.#isOver) return;
    const { clock } = this.#ports;
    const silent = clock.now() - this.#lastByteAt >= stopQuietMs;
    if (this.#passage !== undefined && (this.#passage.isBusy || !silent)) {
      clock.after(stopLookMs, () => this.stop());
      return;
    }
    this.#reason ??= { by: "cloudtap", how: "stopped", detail: "Cloudtap stops" };
    if (this.#passage === undefined) this.abort();
    this.#legs.device?.finish();
    this.#legs.cloud?.finish();
  }

  abort(): void {
    this.#end({ by: "cloudtap", how: "stopped", detail: "Cloudtap stops" });
  }

  chunk(side: Side, chunk: Buffer): void {
    if (this.#isOver) return;
    const now = this.#ports.clock.now();
    this.#lastByteAt = now;
    this.#counted[side] += chunk.length;
    if (side === "device") this.#security.proven();
    if (this.#isUnread && side === "device") this.#ports.reported();
    if (this.#passage !== undefined) this.#passage.chunk(side, chunk, now);
    else this.#keepEarly(chunk);
  }

  ended(side: Side): void {
    if (this.#isOver) return;
    if (side === "device") this.#security.hungUp();
    this.#hasEnded(side);
    if (this.#passage !== undefined) this.#passage.ended(side, this.#ports.clock.now());
    else this.#deviceEnded = true;
  }

  drained(side: Side): void {
    this.#passage?.drained(side);
  }

  failed(side: Side, error: Error): void {
    if (this.#isOver) return;
    if (side === "device") this.#security.hungUp();
    this.#end({ by: side, how: isReset(error) ? "reset" : "error", detail: describeError(error) }, "reset");
  }

  closed(side: Side): void {
    if (side === "device") delete this.#legs.device;
    else delete this.#legs.cloud;
    if (this.#legs.device !== undefined || this.#legs.cloud !== undefined) return;
    this.#end(this.#reason ?? { by: side, how: "fin", detail: "closed" });
  }

  /** Undefined: the device is gone already, or never wanted anything. */
  async #openDeviceLeg(): Promise<LegSecurity | undefined> {
    const { tcp, first, wasReset } = this.#arrival;
    if (first === undefined || tcp.destroyed || (first.ended && first.head.length === 0)) {
      const how = wasReset ? "reset" : "fin";
      this.#end({ by: "device", how, detail: "the device closed without a byte" });
      tcp.destroy();
      return undefined;
    }
    const security = first.kind === "plain" ? "plain" : this.#security.decide();
    if (security === "splice") this.#passUnread();
    else if (this.#ports.policies === undefined) this.#inspect();
    const socket = security === "tls" ? await this.#security.terminate(tcp, first.head) : tcp;
    if (this.#isOver) {
      socket.destroy();
      return undefined;
    }
    const traffic = this.#traffic?.legOpened({ side: "device", security, addresses: this.info.device });
    this.#legs.device = new Leg("device", { socket, tcp, traffic }, this);
    if (security !== "tls" && first.head.length > 0) {
      traffic?.received(first.head);
      this.chunk("device", first.head);
    }
    if (first.ended) {
      traffic?.ended("peer");
      this.ended("device");
    }
    return security;
  }

  async #openCloudLeg(security: LegSecurity): Promise<void> {
    const { upstream, health } = this.#cloud();
    this.#dialling = new AbortController();
    const asked = upstreamSecurity(this.#ports.upstreamTls, security);
    const dialled = await upstream.dial(asked, this.#dialling, this.#traffic);
    const { socket } = dialled;
    this.#dialling = undefined;
    if (this.#isOver || socket.destroyed || this.#legs.device === undefined) {
      socket.destroy();
      this.#end({ by: "cloud", how: "reset", detail: "the cloud closed at once" }, "reset");
      return;
    }
    health.reached();
    const ownSecurity = cloudLegSecurity(asked, security);
    this.#cloudConnected({ cloud: socket.remoteAddress, cloudPort: socket.remotePort, security: ownSecurity });
    const traffic = cloudLegTraffic(this.#traffic, dialled.tcp, ownSecurity);
    this.#legs.cloud = new Leg("cloud", { ...dialled, traffic }, this);
    const legs = { device: this.#legs.device, cloud: this.#legs.cloud };
    const { log, clock, bus } = { ...this.#ports, log: this.#log };
    const tap = new Tap({ session: this.info, log, clock, bus }, legs, this.#inspection);
    this.#passage = tap;
    this.#tap = tap;
    this.#flushEarly(tap);
  }

  #hasEnded(side: Side): void {
    const detail = side === "device" ? "the device closed" : "the cloud closed";
    this.#reason ??= { by: side, how: "fin", detail };
  }

  #cloudConnected(cloud: CloudEnd): void {
    this.#cloudEnd = cloud;
    this.#log.debug(cloud, "cloud connected");
  }

  #cloud(): SessionCloud {
    return this.#ports.upstreams.of(this.info);
  }

  #openGate(security: LegSecurity, policies: SessionPolicies): void {
    const { device } = this.#legs;
    if (device === undefined) return;
    const { outbox, lateAnswers, courier } = policies;
    const own = { session: this.info, log: this.#log, address: this.info.device.remoteAddress };
    const deviceSecurity = security === "plain" ? "plain" : "tls";
    const kept = { ...this.#ports, ...own, relay: this.info.relay, lateAnswers, security: deviceSecurity } as const;
    const gatekeeper = new Gatekeeper(
      {
        ...this.#ports,
        ...policies,
        ...own,
        ...this.#cloud(),
        security: upstreamSecurity(this.#ports.upstreamTls, security),
        traffic: this.#traffic,
        safekeeping: outbox && new Safekeeping({ ...kept, outbox, kept: () => policies.kept() }),
        cloudIsFree: courier?.isEmpty ?? true,
        sighted: (id) => policies.sighted(id, gatekeeper),
        over: (reason, how, error) => this.#gateOver(reason, how, error),
        cloudBytes: (count) => {
          this.#counted.cloud += count;
          this.#lastByteAt = this.#ports.clock.now();
        },
        connected: (cloud) => this.#cloudConnected(cloud),
        cloudEnded: () => this.#hasEnded("cloud"),
      },
      device,
    );
    this.#gatekeeper = gatekeeper;
    this.#passage = gatekeeper;
    gatekeeper.start();
    this.#flushEarly(gatekeeper);
  }

  #gateOver(reason: CloseReason, how: "close" | "reset", error: Error | undefined): void {
    if (error instanceof CloudtapError) this.#refuseForCloud(error);
    else this.#end(reason, how);
  }

  #keepEarly(chunk: Buffer): void {
    this.#early.push(chunk);
    if (this.#counted.device >= earlyBytesLimit) this.#legs.device?.pause(pauses.early);
  }

  #flushEarly(passage: Passage): void {
    const now = this.#ports.clock.now();
    const early = this.#early;
    this.#early = [];
    for (const chunk of early) passage.chunk("device", chunk, now);
    if (this.#deviceEnded) passage.ended("device", now);
    this.#legs.device?.resume(pauses.early);
  }

  #openFailed(error: unknown): void {
    if (this.#isOver) return;
    const detail = describeError(error);
    if (!(error instanceof CloudtapError)) {
      this.#log.error({ err: error }, "session could not be opened");
      this.#refuse({ by: "cloudtap", how: "error", detail });
    } else if (error.code === "DEVICE_TLS") {
      this.#security.failed(detail);
      this.#end({ by: "device", how: "tls-failed", detail });
    } else if (error.code === "CERTIFICATE_FAILED") {
      this.#log.error({ code: error.code, reason: detail }, "no certificate for the device");
      this.#refuse({ by: "cloudtap", how: "tls-failed", detail });
    } else if (error.code === "UPSTREAM_UNKNOWN") {
      this.#log.warn({ code: error.code, reason: detail }, "nowhere to forward to");
      this.#refuse(dialFault(error));
    } else {
      this.#cloud().health.failed(error);
      this.#refuseForCloud(error);
    }
  }

  /** A place whose certificate does not fit what we expect of it may fit what the device expects. */
  #refuseForCloud(error: CloudtapError): void {
    const { followsDevice, upstreamTls } = this.#ports;
    const opened = this.#arrival.first?.kind === "tls";
    if (error.code === "UPSTREAM_TLS" && followsDevice && upstreamTls === "auto" && opened) {
      this.#security.failed(error.message);
    }
    this.#refuse(dialFault(error));
  }

  /** The device sees what a cloud that refuses looks like. What it said already is read all the same. */
  #refuse(reason: CloseReason): void {
    const now = this.#ports.clock.now();
    for (const chunk of this.#early) this.#inspection?.look("device-to-cloud", chunk, now);
    this.#end(reason, "reset");
  }

  #inspect(): void {
    const own = { session: this.info, log: this.#log };
    const devices = new SessionDevices({ ...this.#ports, ...own, sighted: () => undefined }, "relay", "no policy");
    const hold: InspectionPorts["hold"] = (direction, until) => this.#tap?.hold(direction, until);
    this.#inspection = new Guard(this.#log, "inspection").run(
      () => new Inspection({ ...this.#ports, ...own, devices, hold, cloud: "relay" }),
    );
  }

  #passUnread(): void {
    this.#isUnread = true;
    this.#security.reportUnread();
  }

  /** One timer a session; a byte only notes the time. */
  #watchIdle(delayMs: number): void {
    const { clock, idleTimeoutMs } = this.#ports;
    this.#cancelIdle = clock.after(delayMs, () => {
      const leftMs = this.#lastByteAt + idleTimeoutMs - clock.now();
      if (leftMs > 0) this.#watchIdle(leftMs);
      else this.#end({ by: "cloudtap", how: "idle", detail: `no byte for ${Math.round(idleTimeoutMs / 1000)} s` });
    });
  }

  #end(reason: CloseReason, legs: "close" | "reset" = "close"): void {
    if (this.#isOver) return;
    // First of all: resetting a leg can call back at once.
    this.#isOver = true;
    const { clock, bus, closed } = this.#ports;
    this.#cancelIdle?.();
    this.#dialling?.abort(new Error("the session is over"));
    this.#closeLegs(legs);
    this.#inspection?.close(clock.now());
    this.#gatekeeper?.close(legs === "reset" ? "reset" : "finish", clock.now());
    this.#early = [];
    const { counters } = this;
    this.#logEnd(reason, counters);
    closed(this);
    this.#traffic?.closed(reason, counters);
    bus.publish({ type: "session-closed", session: this.info, reason, counters });
  }

  /** All of the session in one line. */
  #logEnd(reason: CloseReason, counters: SessionCounters): void {
    if (!this.#log.isLevelEnabled("debug")) return;
    const { protocol, device, destination, serverName } = this.info;
    const ends = { remotePort: device.remotePort, destination, serverName, ...this.#cloudEnd };
    this.#log.debug({ protocol, ...ends, ...reason, ...counters }, "session closed");
  }

  #closeLegs(how: "close" | "reset"): void {
    const { device, cloud } = this.#legs;
    if (how === "reset") {
      device?.reset();
      cloud?.reset();
      if (!this.#arrival.tcp.destroyed) this.#arrival.tcp.resetAndDestroy();
    }
    device?.destroy();
    cloud?.destroy();
    this.#arrival.tcp.destroy();
  }
}

function dialFault(error: CloudtapError): CloseReason {
  const how = error.code === "UPSTREAM_TLS" ? "tls-failed" : "dial-failed";
  return { by: "cloud", how, detail: describeError(error) };
}
