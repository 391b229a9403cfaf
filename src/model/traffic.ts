import type { CloseReason, LegAddresses, LegSecurity, SessionCounters, SessionInfo } from "./session.js";

export type LegSide = "device" | "cloud";

/** Who did something on a leg: the device or the cloud at its other end, or Cloudtap itself. */
export type LegParty = "peer" | "cloudtap";

/** A leg that has just come up. `local` in its addresses is Cloudtap's end. */
export interface LegOpening {
  readonly side: LegSide;
  /** `tls`: what is told of it is in the clear. `splice`: what is told of it is TLS. */
  readonly security: LegSecurity;
  readonly addresses: LegAddresses;
}

/** Is told what passes on the legs of all sessions, in order and at once. Nothing here throws. */
export interface TrafficObserver {
  opened(session: SessionInfo): SessionTraffic;
}

/** One session. It may have several cloud legs, one after the other. */
export interface SessionTraffic {
  /** May come after `closed` where a late answer of the cloud is awaited. */
  legOpened(leg: LegOpening): LegTraffic;
  /** Wants the secrets of its TLS connections; asked before their handshakes. */
  readonly wantsSecrets: boolean;
  /** A line of an NSS key log. */
  secret(line: Uint8Array): void;
  /** After its legs, but for those that await a late answer. */
  closed(reason: CloseReason, counters: SessionCounters): void;
}

/** One leg. Chunks are never written to again by whoever hands them over, so that they may be kept. */
export interface LegTraffic {
  received(chunk: Uint8Array): void;
  sent(chunk: Uint8Array): void;
  /** FIN. */
  ended(by: LegParty): void;
  /** RST, and the end of the leg. */
  reset(by: LegParty): void;
}
