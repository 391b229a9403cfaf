import type { SessionInfo } from "../model/session.js";
import type { LegSide } from "../model/traffic.js";

/** Bytes since the start, of all legs of one side of a relay. */
export interface TrafficTotal {
  readonly relay: string;
  readonly protocol: string;
  readonly side: LegSide;
  /** From the device, or from the cloud. */
  readonly received: number;
  readonly sent: number;
}

/** Counted up by the legs themselves. */
export interface RunningTotal {
  received: number;
  sent: number;
}

/** More than any configuration has. */
const totalLimit = 1_024;

/** What passed since the start, by relay, protocol and side. */
export class TrafficTotals {
  readonly #totals = new Map<string, TrafficTotal & RunningTotal>();

  /** Beyond the limit it is one that nobody reads. */
  of({ relay, protocol }: SessionInfo, side: LegSide): RunningTotal {
    const key = `${relay}\n${protocol}\n${side}`;
    const known = this.#totals.get(key);
    if (known !== undefined) return known;
    const total = { relay, protocol, side, received: 0, sent: 0 };
    if (this.#totals.size < totalLimit) this.#totals.set(key, total);
    return total;
  }

  list(): readonly TrafficTotal[] {
    return Array.from(this.#totals.values(), (total) => ({ ...total }));
  }
}
