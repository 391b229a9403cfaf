import type { EpochMs } from "./time.js";

export type SessionId = string & { readonly brand: "SessionId" };

export type Direction = "device-to-cloud" | "cloud-to-device";

/** The two ends of one leg as the operating system names them. */
export interface LegAddresses {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/** How the bytes of a leg are protected. `splice`: TLS passed through unread. */
export type LegSecurity = "plain" | "tls" | "splice";

export interface SessionInfo {
  readonly id: SessionId;
  readonly relay: string;
  readonly protocol: string;
  readonly openedAt: EpochMs;
  readonly device: LegAddresses;
  /** Where the device was heading before a gateway led it here; absent where it called Cloudtap itself. */
  readonly destination?: { readonly address: string; readonly port: number };
  /** The name in its TLS hello. */
  readonly serverName?: string;
}

/** Why a session ended: who ended it and how. `detail` is one short sentence for the log. */
export interface CloseReason {
  readonly by: "device" | "cloud" | "cloudtap";
  readonly how: "fin" | "reset" | "dial-failed" | "idle" | "tls-failed" | "stopped" | "error";
  readonly detail: string;
}

export interface SessionCounters {
  readonly bytesFromDevice: number;
  readonly bytesFromCloud: number;
  readonly durationMs: number;
}
