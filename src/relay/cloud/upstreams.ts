import type { Protocol } from "../../model/protocol.js";
import type { SessionInfo } from "../../model/session.js";
import { formatAddressAndPort } from "../../runtime/addresses.js";
import { CloudtapError } from "../../runtime/errors.js";
import type { Logger } from "../../runtime/log.js";
import { type CloudDialling, type CloudPlace, Upstream } from "./upstream.js";
import { UpstreamHealth } from "./upstream-health.js";

/**
 * Where a relay's sessions find their cloud. `original`: where the device was heading. `vendor`: the host of the protocol
 * that it speaks.
 */
export type UpstreamTarget = { readonly host: string; readonly port: number } | "original" | "vendor";

export interface UpstreamsOptions {
  readonly target: UpstreamTarget;
  readonly protocol: Protocol;
  /** `device`: the cloud sees the device's own address. */
  readonly source: "bridge" | "device";
}

/** One cloud of a session. */
export interface SessionCloud {
  readonly upstream: Upstream;
  readonly health: UpstreamHealth;
}

const healthLimit = 256;

/** The clouds of one relay, by where its sessions were heading. */
export class Upstreams {
  readonly #options: UpstreamsOptions;
  readonly #dialling: CloudDialling;
  readonly #log: Logger;
  readonly #health = new Map<string, UpstreamHealth>();

  constructor(options: UpstreamsOptions, dialling: CloudDialling, log: Logger) {
    this.#options = options;
    this.#dialling = dialling;
    this.#log = log;
  }

  /** Throws CloudtapError UPSTREAM_UNKNOWN where it is not known where the device was heading. */
  of(session: SessionInfo): SessionCloud {
    const { target, protocol } = this.#options;
    const from = this.#options.source === "device" ? session.device.remoteAddress : undefined;
    if (target !== "original") return this.#cloud(this.#fixed(target), from);
    const { destination, serverName = protocol.defaults.upstream?.host } = session;
    if (destination === undefined) {
      const message = "expected a connection that a gateway leads here, found one to Cloudtap itself";
      throw new CloudtapError("UPSTREAM_UNKNOWN", message);
    }
    const place = { host: destination.address, port: destination.port };
    return this.#cloud(serverName === undefined ? place : { ...place, serverName }, from);
  }

  /** For what is handed in without a session: the vendor's host where no other is named. */
  get lasting(): SessionCloud {
    const { target } = this.#options;
    return this.#cloud(this.#fixed(target === "original" ? "vendor" : target), undefined);
  }

  #fixed(target: Exclude<UpstreamTarget, "original">): CloudPlace {
    if (target !== "vendor") return target;
    const { name, defaults } = this.#options.protocol;
    if (defaults.upstream !== undefined) return defaults.upstream;
    const message = `expected an upstream for what ${name} stands for, found none; name one in the relay`;
    throw new CloudtapError("UPSTREAM_UNKNOWN", message);
  }

  #cloud(place: CloudPlace, from: string | undefined): SessionCloud {
    const upstream = new Upstream(from === undefined ? place : { ...place, from }, this.#dialling);
    return { upstream, health: this.#healthOf(place) };
  }

  #healthOf({ host, port }: CloudPlace): UpstreamHealth {
    const name = formatAddressAndPort(host, port);
    const known = this.#health.get(name);
    if (known !== undefined) return known;
    const [oldest] = this.#health.keys();
    if (this.#health.size >= healthLimit && oldest !== undefined) this.#health.delete(oldest);
    const health = new UpstreamHealth(this.#log, name);
    this.#health.set(name, health);
    return health;
  }
}
