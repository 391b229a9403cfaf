import type { EpochMs } from "../model/time.js";
import type { Side } from "./leg.js";

/** What becomes of the bytes of a session between its legs: a tap, or a gate where a policy needs one. */
export interface Passage {
  /** Bytes or answers are still on their way. */
  readonly isBusy: boolean;
  chunk(side: Side, chunk: Buffer, now: EpochMs): void;
  /** FIN from `side`. */
  ended(side: Side, now: EpochMs): void;
  /** `side` took what was written to it. */
  drained(side: Side): void;
}
