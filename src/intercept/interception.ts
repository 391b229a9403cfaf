import type { Finding } from "../model/finding.js";
import type { EpochMs } from "../model/time.js";
import type { Part } from "../runtime/lifecycle.js";

/** Packets and bytes that a relay's rule has seen. */
export interface InterceptCounter {
  readonly relay: string;
  readonly family: 4 | 6;
  readonly packets: number;
  readonly bytes: number;
}

export interface InterceptStatus {
  readonly mode: "redirect" | "tproxy";
  /** Undefined until one is chosen. */
  readonly backend?: "nft" | "iptables";
  /** `held`: the devices are led here. `lifted`: not, by intention. `failed`: not, see `reason`. */
  readonly state: "held" | "lifted" | "failed";
  readonly since: EpochMs;
  readonly reason?: string;
  readonly findings: readonly Finding[];
  readonly counters: readonly InterceptCounter[];
}

/**
 * Leads the devices here from `start` to `stop`. It starts after the relays listen and stops before they close. A start
 * that cannot lead them here resolves all the same, and says why in the status.
 */
export interface Interception extends Part {
  /** Which relays listen; devices are led to no other, for nobody would hear them there. Before `start`; without it: all. */
  serve(relays: readonly string[]): void;
  status(): InterceptStatus;
}
