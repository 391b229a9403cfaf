import type { DeviceId } from "./device.js";
import type { Direction } from "./session.js";

/** Traffic that breaks the protocol's rules or plausible ranges. `kind` is a row of the protocol's anomaly table. */
export interface Anomaly {
  readonly kind: string;
  readonly direction: Direction;
  readonly device?: DeviceId;
  /** What was found and what was expected, in one sentence, without secrets. */
  readonly detail: string;
}

export interface AnomalyRow {
  /** Weight of one occurrence against `capture.threshold`. */
  readonly score: number;
  /** What it means, for a user. */
  readonly text: string;
}

export type AnomalyTable = Readonly<Record<string, AnomalyRow>>;
