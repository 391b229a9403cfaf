import type { SessionId, SessionInfo } from "../../model/session.js";
import type { EpochMs } from "../../model/time.js";
import type { LoggedFrame, SessionLog } from "../../wire/session-log.js";

/** A session, or a piece of a long one, that is ready to be written. */
export interface FinishedSession {
  readonly relay: string;
  readonly protocol: string;
  readonly log: SessionLog;
  /** About what it takes in memory. */
  readonly bytes: number;
}

interface OpenSession {
  readonly session: SessionInfo;
  start: EpochMs;
  frames: LoggedFrame[];
  bytes: number;
}

/** What a frame takes in memory besides its bytes. */
const frameOverheadBytes = 64;
/** A session that lasts is written in pieces of so long, so that little is lost when the power fails. */
const pieceMs = 3_600_000;

/** Collects the frames of sessions until they are over. All together never hold more than a limit: the largest are cut. */
export class OpenSessions {
  readonly #limitBytes: number;
  readonly #finished: (session: FinishedSession) => void;
  readonly #sessions = new Map<SessionId, OpenSession>();
  #bytes = 0;

  constructor(limitBytes: number, finished: (session: FinishedSession) => void) {
    this.#limitBytes = limitBytes;
    this.#finished = finished;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** True: something had to be cut. The frame's bytes must not change afterwards. */
  add(session: SessionInfo, frame: LoggedFrame, now: EpochMs): boolean {
    const known = this.#sessions.get(session.id);
    const open = known ?? { session, start: session.openedAt, frames: [], bytes: 0 };
    if (known === undefined) this.#sessions.set(session.id, open);
    else if (open.frames.length === 0) open.start = now;
    const bytes = frame.bytes.length + frameOverheadBytes;
    open.frames.push(frame);
    open.bytes += bytes;
    this.#bytes += bytes;
    if (this.#bytes <= this.#limitBytes) return false;
    this.#cutLargest(now);
    return true;
  }

  close(id: SessionId, now: EpochMs): void {
    const open = this.#sessions.get(id);
    if (open !== undefined) this.#finish(open, now);
    this.#sessions.delete(id);
  }

  /** Finishes what has lasted long; with `all` everything. */
  cut(now: EpochMs, all = false): void {
    for (const open of this.#sessions.values()) if (all || now - open.start >= pieceMs) this.#finish(open, now);
  }

  /** Down to a half, so that it is not done at every frame. */
  #cutLargest(now: EpochMs): void {
    for (const open of [...this.#sessions.values()].sort((one, other) => other.bytes - one.bytes)) {
      if (this.#bytes * 2 <= this.#limitBytes) return;
      this.#finish(open, now);
    }
  }

  #finish(open: OpenSession, now: EpochMs): void {
    const { session, start, frames, bytes } = open;
    if (frames.length === 0) return;
    this.#bytes -= bytes;
    open.frames = [];
    open.bytes = 0;
    const { relay, protocol } = session;
    const log = { start, durationMs: Math.max(0, now - start), frames };
    this.#finished({ relay, protocol, log, bytes });
  }
}
