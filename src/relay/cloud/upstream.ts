import { connect, isIP, type Socket } from "node:net";
import {
  createSecureContext,
  rootCertificates,
  type SecureContext,
  type TLSSocket,
  connect as tlsConnect,
} from "node:tls";
import type { LegSecurity } from "../../model/session.js";
import type { SessionTraffic } from "../../model/traffic.js";
import type { Clock } from "../../runtime/clock.js";
import { CloudtapError, describeError, type ErrorCode } from "../../runtime/errors.js";
import { systemCodeOf } from "../../runtime/system-errors.js";
import { isOwnAddress, lookUp } from "../addresses.js";
import { secretsWatch } from "../leg-traffic.js";
import { describeTlsFault } from "../tls/device-tls.js";

export const keepAliveMs = 60_000;

/** Whom to dial. */
export interface CloudPlace {
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  /** Whose certificate it must show; absent: `host`'s. */
  readonly serverName?: string;
  /** Address of the device, to connect from; absent: this host's own. */
  readonly from?: string;
}

/** What all dialling of a relay shares. */
export interface CloudDialling {
  readonly clock: Clock;
  readonly dialTimeoutMs: number;
  /** Name servers; empty: the system's. */
  readonly resolver: readonly string[];
  /** Every port on which this process listens, for the loop guard. */
  ownPorts(): readonly number[];
  /** Certificates of authorities; made at the first use. */
  context(): SecureContext;
  /** Makes sockets that need more than Node's own; absent: nothing does. */
  readonly openSocket?: (towards: string, from: string | undefined) => Socket;
  /** Told of every TLS connection, for a key log. */
  readonly watchTls?: (socket: TLSSocket) => void;
}

/** `ca`: PEM, trusted besides the well-known authorities. */
export function createCloudContext(ca: string | undefined): () => SecureContext {
  let context: SecureContext | undefined;
  return () => {
    context ??= createSecureContext(ca === undefined ? {} : { ca: [...rootCertificates, ca] });
    return context;
  };
}

/** How the cloud leg is protected; `verify` checks the certificate, `insecure` takes any. */
export type UpstreamSecurity = "plain" | "verify" | "insecure";

/** `auto`: as the device leg was, with the certificate checked. */
export type CloudTlsMode = "auto" | "verify" | "insecure" | "plain";

/** How to speak to the cloud of a device that speaks like this. What is spliced stays as it is. */
export function upstreamSecurity(mode: CloudTlsMode, device: LegSecurity): UpstreamSecurity {
  if (device === "splice") return "plain";
  if (mode !== "auto") return mode;
  return device === "tls" ? "verify" : "plain";
}

/** How that leg is protected then. */
export function cloudLegSecurity(asked: UpstreamSecurity, device: LegSecurity): LegSecurity {
  if (asked !== "plain") return "tls";
  return device === "splice" ? "splice" : "plain";
}

export interface CloudSocket {
  readonly socket: Socket;
  /** The connection under `socket` where that is TLS, else the same. */
  readonly tcp: Socket;
}

interface Securing {
  readonly signal: AbortSignal;
  /** Of the session that it is for. */
  readonly traffic: SessionTraffic | undefined;
}

/** One cloud. Its name is looked up at every dial: vendors move their balancers. */
export class Upstream {
  readonly #place: CloudPlace;
  readonly #dialling: CloudDialling;

  constructor(place: CloudPlace, dialling: CloudDialling) {
    this.#place = place;
    this.#dialling = dialling;
  }

  /** Name look-up, connecting and TLS together within `dialTimeoutMs`; aborting `dialling` gives up. `traffic`: of the session that it is for. Throws CloudtapError. */
  async dial(security: UpstreamSecurity, dialling: AbortController, traffic?: SessionTraffic): Promise<CloudSocket> {
    const { host, port } = this.#place;
    const { clock, dialTimeoutMs } = this.#dialling;
    const deadline = clock.now() + dialTimeoutMs;
    const cancel = clock.after(dialTimeoutMs, () => {
      const message = `expected ${host}:${port} to accept within ${dialTimeoutMs} ms, found no answer`;
      dialling.abort(new CloudtapError("UPSTREAM_TIMEOUT", message, { host, port }));
    });
    try {
      const addresses = await this.#addresses(dialling.signal);
      const tcp = await this.#connectToAny(addresses, deadline, dialling.signal);
      return security === "plain"
        ? { socket: tcp, tcp }
        : await this.#secure(tcp, security, { signal: dialling.signal, traffic });
    } finally {
      cancel();
    }
  }

  async #addresses(signal: AbortSignal): Promise<readonly string[]> {
    const { host, port } = this.#place;
    const { resolver } = this.#dialling;
    const found = await orAborted(lookUp(host, resolver, signal), signal).catch((error: unknown) => {
      if (error instanceof CloudtapError) throw error;
      throw new CloudtapError(
        "UPSTREAM_UNRESOLVED",
        `no address for ${host}: ${describeError(error)}`,
        { host },
        error,
      );
    });
    if (found.length === 0) throw new CloudtapError("UPSTREAM_UNRESOLVED", `no address for ${host}`, { host });
    if (!this.#dialling.ownPorts().includes(port)) return found;
    const others = found.filter((address) => !isOwnAddress(address));
    if (others.length > 0) return others;
    const message = `${host} leads to ${found.join(", ")}, which is this machine, and port ${port} is Cloudtap's own`;
    throw new CloudtapError("UPSTREAM_LOOP", `${message}; set resolver to name servers that know the real address`, {
      host,
      port,
      addresses: found,
    });
  }

  /** Tries one after the other; each but the last gets its share of the time that is left. */
  async #connectToAny(addresses: readonly string[], deadline: number, signal: AbortSignal): Promise<Socket> {
    const { host, port } = this.#place;
    let failure: unknown;
    for (const [index, address] of addresses.entries()) {
      const left = addresses.length - index;
      const limitMs = left === 1 ? undefined : Math.max(1, (deadline - this.#dialling.clock.now()) / left);
      try {
        return await this.#connect(address, limitMs, signal);
      } catch (error) {
        if (signal.aborted) throw error;
        failure = error;
      }
    }
    const code: ErrorCode = isTimeout(failure) ? "UPSTREAM_TIMEOUT" : "UPSTREAM_REFUSED";
    throw new CloudtapError(
      code,
      `cannot connect to ${host}:${port}: ${describeError(failure)}`,
      { host, port },
      failure,
    );
  }

  #connect(address: string, limitMs: number | undefined, signal: AbortSignal): Promise<Socket> {
    const socket = this.#open(address);
    const giveUp = (): void => {
      socket.destroy(Object.assign(new Error(`${address} did not answer`), { code: "ETIMEDOUT" }));
    };
    const cancel = limitMs === undefined ? undefined : this.#dialling.clock.after(limitMs, giveUp);
    return ready(socket, "connect", signal).finally(cancel);
  }

  #open(address: string): Socket {
    const { port, from } = this.#place;
    const { openSocket } = this.#dialling;
    const options = { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs };
    if (openSocket === undefined) return connect({ host: address, port, ...options });
    const socket = openSocket(address, isIP(address) === isIP(from ?? "") ? from : undefined);
    socket.setNoDelay(true).setKeepAlive(true, keepAliveMs);
    return socket.connect({ host: address, port });
  }

  async #secure(tcp: Socket, security: "verify" | "insecure", { signal, traffic }: Securing): Promise<CloudSocket> {
    const { host, port, serverName = host } = this.#place;
    const { context, watchTls } = this.#dialling;
    const socket = tlsConnect({
      socket: tcp,
      host: serverName,
      ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
      secureContext: context(),
      rejectUnauthorized: security === "verify",
    });
    secretsWatch(watchTls, traffic)?.(socket);
    try {
      await ready(socket, "secureConnect", signal);
    } catch (error) {
      tcp.destroy();
      if (error instanceof CloudtapError) throw error;
      const message = `TLS with ${host}:${port} failed: ${describeTlsFault(error)}`;
      throw new CloudtapError("UPSTREAM_TLS", message, { host, port }, error);
    }
    return { socket, tcp };
  }
}

/** Resolves on `event`, rejects on an error or with the reason of the abort; the socket is destroyed then. */
function ready<S extends Socket>(socket: S, event: "connect" | "secureConnect", signal: AbortSignal): Promise<S> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      socket.destroy();
      reject(signal.reason);
    };
    const onClose = (): void => reject(new Error("the connection was closed"));
    // Stays for the life of the socket, so that an error between here and its leg cannot end the process.
    socket.on("error", reject);
    socket.once("close", onClose);
    socket.once(event, () => {
      signal.removeEventListener("abort", onAbort);
      socket.off("close", onClose);
      resolve(socket);
    });
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

function isTimeout(error: unknown): boolean {
  return systemCodeOf(error) === "ETIMEDOUT";
}
