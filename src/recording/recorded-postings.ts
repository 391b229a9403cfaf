import type { Conversation, ConversationOptions, Frame, Posting, Protocol, Splitter } from "../model/protocol.js";
import type { EpochUs, RecordedEvent, RecordedLeg } from "../model/recording.js";
import type { Direction, SessionId, SessionInfo } from "../model/session.js";
import type { EpochMs } from "../model/time.js";
import { LegProtocol, type LegProtocolOptions } from "./leg-protocol.js";

type StreamEvent = Exclude<RecordedEvent, { readonly type: "opened" | "closed" }>;

interface OpenLeg {
  readonly leg: RecordedLeg;
  readonly finder: LegProtocol;
  /** Until it is known what they say. */
  waiting: StreamEvent[];
  waitingBytes: number;
  /** Undefined: not known yet; `unread`: nothing of it can be read. */
  reader: RecordedSession | "unread" | undefined;
}

const waitingLimitBytes = 64 * 1024;

/** What recorded sessions tell that must be counted exactly once. Nothing else of them is looked at. */
export class RecordedPostings {
  readonly #options: LegProtocolOptions;
  readonly #legs = new Map<string, OpenLeg>();
  #unread = 0;

  constructor(options: LegProtocolOptions) {
    this.#options = options;
  }

  /** Sessions so far that said something which cannot be read. */
  get unreadSessions(): number {
    return this.#unread;
  }

  take(event: RecordedEvent): readonly Posting[] {
    const { leg } = event;
    if (event.type === "opened") {
      const finder = new LegProtocol(leg, this.#options);
      this.#legs.set(leg.id, { leg, finder, waiting: [], waitingBytes: 0, reader: undefined });
      return [];
    }
    const open = this.#legs.get(leg.id);
    if (open === undefined) return [];
    if (event.type !== "closed") return this.#read(open, event);
    this.#legs.delete(leg.id);
    const postings = open.reader === undefined && open.waiting.length > 0 ? this.#identify(open, event.at) : [];
    return [...postings, ...(open.reader instanceof RecordedSession ? open.reader.end(msOf(event.at)) : [])];
  }

  #read(open: OpenLeg, event: StreamEvent): readonly Posting[] {
    if (open.reader === "unread") return [];
    if (open.reader !== undefined) return open.reader.take(event);
    open.waiting.push(event);
    if (event.type !== "data") return [];
    open.waitingBytes += event.bytes.length;
    const found = open.finder.push(event.direction, event.bytes);
    const isDue = found !== undefined || open.waitingBytes > waitingLimitBytes;
    return isDue ? this.#identify(open, event.at) : [];
  }

  #identify(open: OpenLeg, at: EpochUs): readonly Posting[] {
    const { leg, finder, waiting } = open;
    const verdict = finder.decide();
    open.waiting = [];
    if (verdict.type !== "known") {
      open.reader = "unread";
      if (open.waitingBytes > 0) this.#unread += 1;
      return [];
    }
    const reader = new RecordedSession(verdict.protocol, leg, msOf(at));
    open.reader = reader;
    return waiting.flatMap((event) => reader.take(event));
  }
}

/** One session, as a relay would have read it. */
class RecordedSession {
  readonly #conversation: Conversation;
  readonly #protocol: Protocol;
  readonly #splitters: Record<Direction, Splitter>;

  constructor(protocol: Protocol, leg: RecordedLeg, openedAt: EpochMs) {
    this.#protocol = protocol;
    this.#conversation = protocol.createConversation(optionsFor(protocol, leg, openedAt));
    this.#splitters = {
      "device-to-cloud": protocol.createSplitter("device-to-cloud"),
      "cloud-to-device": protocol.createSplitter("cloud-to-device"),
    };
  }

  take(event: StreamEvent): readonly Posting[] {
    const { direction } = event;
    const splitter = this.#splitters[direction];
    const frames = event.type === "data" ? splitter.push(event.bytes) : splitter.end();
    // One that goes on would count what is missing as the rest of a message, and miss where the next begins.
    if (event.type === "lost") this.#splitters[direction] = this.#protocol.createSplitter(direction);
    return this.#receive(frames, msOf(event.at));
  }

  end(now: EpochMs): readonly Posting[] {
    const postings = Object.values(this.#splitters).flatMap((splitter) => this.#receive(splitter.end(), now));
    return [...postings, ...(this.#conversation.settle?.(now)?.postings ?? [])];
  }

  #receive(frames: readonly Frame[], now: EpochMs): readonly Posting[] {
    return frames.flatMap((frame) => {
      if (frame.whole) return this.#conversation.receive(frame, now).postings;
      this.#conversation.receiveUnframed?.(frame, now);
      return [];
    });
  }
}

function optionsFor(protocol: Protocol, leg: RecordedLeg, openedAt: EpochMs): ConversationOptions {
  const { note, client, server } = leg;
  const session: SessionInfo = {
    id: (note?.session ?? leg.id) as SessionId,
    relay: note?.relay ?? "import",
    protocol: protocol.name,
    openedAt,
    device: {
      ...{ localAddress: server.address, localPort: server.port },
      ...{ remoteAddress: client.address, remotePort: client.port },
    },
  };
  // What is only read asks nobody, so that neither memory nor zone are needed.
  const silent = { recall: () => undefined, offsetMinutes: () => 0, control: "off" } as const;
  return { session, ...silent, cloud: "relay", isReplayed: true };
}

function msOf(at: EpochUs): EpochMs {
  return Math.floor(at / 1000) as EpochMs;
}
