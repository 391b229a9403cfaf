import type { CaptureTarget, RunningCapture } from "../../model/capture.js";
import type { EpochMs } from "../../model/time.js";
import type { CapturedSession, Moment } from "./moment.js";
import { targets } from "./targets.js";

/** Where the packets of a capture go. Nothing here throws or waits. */
export interface PacketOutput {
  /** Packets that were taken, and those that came to nothing. */
  readonly captured: number;
  readonly dropped: number;
  write(session: CapturedSession, moment: Moment): void;
  /** A further line of what `session.secrets` holds. */
  secret(session: CapturedSession, line: Uint8Array): void;
  /** Nothing more comes; resolves when what came is where it belongs. */
  stop(): Promise<void>;
}

/** What begins or renews a capture. */
export type TakeCause = "always" | "anomaly" | "demand" | "tap";

/** One capture that goes on: whose sessions, why, until when, and where to. */
export class Take {
  readonly id: string;
  readonly cause: TakeCause;
  readonly target: CaptureTarget;
  readonly reason: string;
  readonly since: EpochMs;
  readonly output: PacketOutput;
  until: EpochMs | undefined;
  /** It has ended; a late answer of a session that is closed may still come. */
  isOver = false;
  /** Names of relays; empty: all. */
  readonly #relays: readonly string[];

  constructor(given: Omit<RunningCapture, "until">, cause: TakeCause, output: PacketOutput, relays: readonly string[]) {
    this.id = given.id;
    this.target = given.target;
    this.reason = given.reason;
    this.since = given.since;
    this.cause = cause;
    this.output = output;
    this.#relays = relays;
  }

  wants({ info, devices }: CapturedSession): boolean {
    const isServed = this.#relays.length === 0 || this.#relays.includes(info.relay);
    return isServed && targets(this.target, info, devices);
  }

  write(session: CapturedSession, moment: Moment): void {
    if (!this.isOver) this.output.write(session, moment);
  }

  describe(): RunningCapture {
    const { id, target, reason, since, until } = this;
    return { id, target, reason, since, ...(until === undefined ? {} : { until }) };
  }
}
