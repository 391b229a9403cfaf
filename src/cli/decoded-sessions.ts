import type { Protocol } from "../model/protocol.js";
import type { EpochUs, RecordedEvent, RecordedLeg } from "../model/recording.js";
import type { Direction } from "../model/session.js";
import type { EpochMs } from "../model/time.js";
import { LegProtocol, type LegVerdict } from "../recording/leg-protocol.js";
import { type DecodedFrame, OfflineMemory, OfflineSession } from "./offline-session.js";

/** A recorded connection as it is shown. */
export interface ShownSession {
  /** From 1, in the order in which it became known what they are. */
  readonly number: number;
  readonly leg: RecordedLeg;
  readonly openedAt: EpochUs;
  /** Its beginning was recorded. */
  readonly complete: boolean;
  /** `empty`: nothing was said. */
  readonly verdict: LegVerdict | { readonly type: "empty" };
}

/** How a session ended: by what the recording shows, or because the recording ends. */
export type SessionEnding = "ended-by-device" | "ended-by-cloud" | "reset-by-device" | "reset-by-cloud" | "open";

export type DecodedItem =
  | { readonly type: "session"; readonly session: ShownSession }
  | {
      readonly type: "frame";
      readonly session: ShownSession;
      readonly protocol: Protocol;
      readonly frame: DecodedFrame;
      readonly at: EpochUs;
      /** The packet, line or frame of the file that completed it. */
      readonly place: number;
    }
  | {
      readonly type: "lost";
      readonly session: ShownSession;
      readonly direction: Direction;
      readonly bytes: number;
      readonly at: EpochUs;
    }
  | { readonly type: "end"; readonly session: ShownSession; readonly at: EpochUs; readonly ending: SessionEnding };

export interface DecodedSessionsOptions {
  readonly protocols: readonly Protocol[];
  /** What the user says that all of it is. */
  readonly given?: Protocol;
}

interface OpenSession {
  readonly leg: RecordedLeg;
  readonly openedAt: EpochUs;
  readonly complete: boolean;
  readonly finder: LegProtocol;
  /** Until it is known what they say. */
  waiting: StreamEvent[];
  waitingBytes: number;
  place: number;
  ending: SessionEnding;
  shown?: ShownSession;
  decoder?: { readonly protocol: Protocol; readonly session: OfflineSession };
}

type StreamEvent = Exclude<RecordedEvent, { readonly type: "opened" | "closed" }>;

const waitingLimitBytes = 64 * 1024;

/** Decodes the sessions of a recording, each by itself; devices and their books carry over from one to the next. */
export class DecodedSessions {
  readonly #options: DecodedSessionsOptions;
  readonly #memory = new OfflineMemory();
  readonly #open = new Map<string, OpenSession>();
  #count = 0;

  constructor(options: DecodedSessionsOptions) {
    this.#options = options;
  }

  take(event: RecordedEvent): readonly DecodedItem[] {
    const { leg, at } = event;
    if (event.type === "opened") {
      this.#open.set(leg.id, this.#begin(leg, at, event.complete));
      return [];
    }
    const session = this.#open.get(leg.id);
    if (session === undefined) return [];
    if (event.type === "closed") return this.#close(session, at);
    return session.shown === undefined ? this.#identify(session, event) : this.#decode(session, event, session.shown);
  }

  #begin(leg: RecordedLeg, openedAt: EpochUs, complete: boolean): OpenSession {
    const finder = new LegProtocol(leg, this.#options);
    return { leg, openedAt, complete, finder, waiting: [], waitingBytes: 0, place: 0, ending: "open" };
  }

  #identify(session: OpenSession, event: StreamEvent): readonly DecodedItem[] {
    session.waiting.push(event);
    if (event.type !== "data") return [];
    session.waitingBytes += event.bytes.length;
    const found = session.finder.push(event.direction, event.bytes);
    const isEnough = session.waitingBytes > waitingLimitBytes;
    const verdict = found ?? (isEnough ? session.finder.decide() : undefined);
    return verdict === undefined ? [] : this.#show(session, verdict);
  }

  #show(session: OpenSession, verdict: ShownSession["verdict"]): readonly DecodedItem[] {
    const { leg, openedAt, complete, waiting } = session;
    this.#count += 1;
    const shown: ShownSession = { number: this.#count, leg, openedAt, complete, verdict };
    session.shown = shown;
    session.waiting = [];
    if (verdict.type === "known") {
      const { protocol } = verdict;
      session.decoder = { protocol, session: new OfflineSession(protocol, this.#memory, msOf(openedAt)) };
    }
    return [{ type: "session", session: shown }, ...waiting.flatMap((event) => this.#decode(session, event, shown))];
  }

  #decode(session: OpenSession, event: StreamEvent, shown: ShownSession): readonly DecodedItem[] {
    const { direction, at } = event;
    const decoder = session.decoder?.session;
    session.place = event.place;
    const frames = (found: readonly DecodedFrame[] | undefined): readonly DecodedItem[] =>
      found === undefined ? [] : itemsOf(found, session, shown, at);
    switch (event.type) {
      case "data":
        return frames(decoder?.push(direction, event.bytes, msOf(at)));
      case "lost": {
        const lost: DecodedItem = { type: "lost", session: shown, direction, bytes: event.bytes, at };
        return [...frames(decoder?.skip(direction, msOf(at))), lost];
      }
      case "ended":
        if (session.ending === "open")
          session.ending = direction === "device-to-cloud" ? "ended-by-device" : "ended-by-cloud";
        return frames(decoder?.flush(direction, msOf(at)));
      case "reset":
        session.ending = direction === "device-to-cloud" ? "reset-by-device" : "reset-by-cloud";
        return [];
    }
  }

  #close(session: OpenSession, at: EpochUs): readonly DecodedItem[] {
    this.#open.delete(session.leg.id);
    const isSilent = session.waitingBytes === 0;
    const begun =
      session.shown === undefined ? this.#show(session, isSilent ? { type: "empty" } : session.finder.decide()) : [];
    const { shown, decoder, ending } = session;
    if (shown === undefined) return begun;
    // Of a message by itself nobody knows what followed, so nothing is made of it that did not.
    const frames = session.leg.protocol === undefined ? decoder?.session.end(msOf(at)) : [];
    const rest = itemsOf(frames ?? [], session, shown, at);
    return [...begun, ...rest, { type: "end", session: shown, at, ending }];
  }
}

function itemsOf(
  frames: readonly DecodedFrame[],
  { decoder, place }: OpenSession,
  session: ShownSession,
  now: EpochUs,
): readonly DecodedItem[] {
  if (decoder === undefined) return [];
  const { protocol } = decoder;
  return frames.map((frame) => {
    // What fell due before has its own time.
    const at = frame.at === msOf(now) ? now : ((frame.at * 1000) as EpochUs);
    return { type: "frame", session, protocol, frame, at, place };
  });
}

function msOf(at: EpochUs): EpochMs {
  return Math.floor(at / 1000) as EpochMs;
}
