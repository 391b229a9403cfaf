import type { WriteRequest, WriteResult } from "../model/command.js";
import type { Protocol } from "../model/protocol.js";
import type { CloudDialling } from "./cloud/upstream.js";
import { Upstreams } from "./cloud/upstreams.js";
import type { Gatekeeper } from "./gate/gatekeeper.js";
import type { RelayOptions, RelayPorts } from "./relay-options.js";
import { controlLevel, policiesFor, RelayPolicies } from "./relay-policies.js";
import type { Session, SessionPorts } from "./session.js";
import type { DeviceSecurityPorts } from "./tls/device-security.js";

/** One protocol as one relay serves it. */
export interface ServedProtocol {
  readonly protocol: Protocol;
  readonly policies: RelayPolicies;
  readonly sessions: SessionPorts;
}

export interface ServedProtocolsPorts extends RelayPorts {
  readonly dialling: CloudDialling;
  readonly security: Omit<DeviceSecurityPorts, "onTls">;
  reported(): void;
  closed(session: Session): void;
}

/** The protocols of one relay: one, or with `protocol: auto` as many as there are candidates and one for the rest. */
export class ServedProtocols {
  readonly fallback: ServedProtocol;
  readonly #options: RelayOptions;
  readonly #ports: ServedProtocolsPorts;
  readonly #all = new Map<Protocol, ServedProtocol>();

  constructor(options: RelayOptions, ports: ServedProtocolsPorts) {
    this.#options = options;
    this.#ports = ports;
    this.fallback = this.of(options.protocol);
    // What an earlier run kept for a cloud is delivered before the first device calls.
    for (const candidate of options.candidates ?? []) this.of(candidate);
  }

  of(protocol: Protocol): ServedProtocol {
    const known = this.#all.get(protocol);
    if (known !== undefined) return known;
    const served = this.#create(protocol);
    this.#all.set(protocol, served);
    return served;
  }

  start(): void {
    for (const { policies } of this.#all.values()) policies.start();
  }

  stop(): void {
    for (const { policies } of this.#all.values()) policies.stop();
  }

  /** Undefined: no session of that device is open. */
  write(request: WriteRequest): Promise<WriteResult | undefined> | undefined {
    for (const { policies } of this.#all.values()) {
      const carried = policies.write(request);
      if (carried !== undefined) return carried;
    }
    return undefined;
  }

  /** The session is over. */
  forget(gatekeeper: Gatekeeper): void {
    for (const { policies } of this.#all.values()) policies.forget(gatekeeper);
  }

  #create(protocol: Protocol): ServedProtocol {
    const { name, upstream: target, source, upstreamTls } = this.#options;
    const { dialling, log } = this.#ports;
    const options = policiesFor(this.#options, protocol);
    const upstreams = new Upstreams({ target, protocol, source }, dialling, log);
    const policies = new RelayPolicies(options, {
      ...this.#ports,
      ...{ relay: name, protocol, upstreamTls, cloud: () => upstreams.lasting },
      owns: (device, key) => this.#ports.owns(device, key),
    });
    return { protocol, policies, sessions: this.#sessionPorts(protocol, upstreams, policies) };
  }

  #sessionPorts(protocol: Protocol, upstreams: Upstreams, policies: RelayPolicies): SessionPorts {
    const { upstreamTls, idleTimeoutMs, cloud, upstream } = this.#options;
    const { clock, bus, deliver, memory, log, reported, closed, security, timing } = this.#ports;
    return {
      ...{ protocol, clock, bus, deliver, memory, log, upstreamTls, idleTimeoutMs, upstreams, reported, closed },
      control: controlLevel(policiesFor(this.#options, protocol)),
      policies: policies.ofSessions,
      traffic: this.#ports.traffic,
      ...(timing === undefined ? {} : { timing }),
      isLocal: cloud === "local",
      followsDevice: upstream === "original",
      offsetMinutes: (at) => this.#ports.offsetMinutes(at),
      security: { ...security, onTls: protocol.defaults.onTls },
    };
  }
}
