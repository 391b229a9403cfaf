import type { DeviceId } from "../../model/device.js";
import type { SessionInfo } from "../../model/session.js";
import type { LegOpening } from "../../model/traffic.js";
import type { LegPacket, SyntheticLeg } from "../../wire/synthetic-leg.js";

/** A session as captures see it. */
export interface CapturedSession {
  readonly info: SessionInfo;
  /** What it has shown up to now. */
  readonly devices: ReadonlySet<DeviceId>;
  /** Lines of a key log, of all its connections so far. */
  readonly secrets: readonly Uint8Array[];
}

export interface CapturedLeg {
  readonly opening: LegOpening;
  readonly leg: SyntheticLeg;
  /** The true port of the server's end, where the packets show another. */
  readonly truePort: number | undefined;
  /** Nothing more will come. */
  readonly isOver: boolean;
}

/** One packet of one leg of one session, in the order in which they came about. */
export interface Moment {
  readonly leg: CapturedLeg;
  readonly packet: LegPacket;
  /** Bytes of its payload that are written. */
  readonly keptBytes: number;
}
