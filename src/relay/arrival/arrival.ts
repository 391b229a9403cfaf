import type { Socket } from "node:net";
import type { Protocol } from "../../model/protocol.js";
import type { Clock } from "../../runtime/clock.js";
import type { DeviceTlsMode } from "../tls/device-security.js";
import { awaitFirstBytes, type FirstBytes } from "./first-bytes.js";

/** A connection of a device, looked at so far that it can be served. */
export interface Arrival {
  readonly tcp: Socket;
  /** Undefined: the device has gone. */
  readonly first: FirstBytes | undefined;
  /** It went with a RST. */
  readonly wasReset: boolean;
}

export interface ArrivalOptions {
  readonly tls: DeviceTlsMode;
  /** Protocols to tell apart; empty: the relay knows its own. */
  readonly candidates: readonly Protocol[];
}

const firstByteLimitMs = 10_000;
/** Whoever waits for the server to speak first must not wait long for it. */
const probeLimitMs = 3_000;

/** Waits for as many bytes as it takes to know what comes here. Never rejects. */
export async function awaitArrival(tcp: Socket, options: ArrivalOptions, clock: Clock): Promise<Arrival> {
  let wasReset = false;
  tcp.on("error", () => {
    wasReset = true;
  });
  const { tls, candidates } = options;
  if (tls === "plain" && candidates.length === 0) {
    return { tcp, wasReset, first: { kind: "plain", head: Buffer.alloc(0), ended: false } };
  }
  const limitMs = candidates.length === 0 ? firstByteLimitMs : probeLimitMs;
  const first = await awaitFirstBytes(tcp, clock, { limitMs, candidates });
  return { tcp, wasReset, first: first === undefined ? undefined : asConfigured(first, tls) };
}

/** Where only one thing is expected, everything is taken for that. */
function asConfigured(first: FirstBytes, tls: DeviceTlsMode): FirstBytes {
  if (tls === "terminate") return { ...first, kind: "tls" };
  return tls === "plain" ? { ...first, kind: "plain" } : first;
}
