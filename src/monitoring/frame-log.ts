import type { Bus, BusMessage } from "../model/ports.js";
import type { Role } from "../model/protocol.js";
import type { Direction, SessionId } from "../model/session.js";
import type { EpochMs } from "../model/time.js";
import type { Clock } from "../runtime/clock.js";
import { Guard } from "../runtime/guard.js";
import type { Logger } from "../runtime/log.js";
import { ItemGroup, NewestItems } from "./newest-items.js";
import { SlabCopies, type SlabCopy } from "./slab-copies.js";

/** One whole frame, as it was read. */
export interface KeptFrame {
  readonly session: SessionId;
  /** Of its session, from 1. */
  readonly number: number;
  readonly at: EpochMs;
  readonly direction: Direction;
  readonly role: Role;
  readonly label: string;
  /** Of the whole frame. */
  readonly bytes: number;
  /** At most 8 KiB of it. */
  readonly data: Uint8Array;
  /** Cloudtap said it, in the cloud's place or for itself. */
  readonly own?: true;
  /** Why it was not passed on. */
  readonly blocked?: string;
}

/** The newest frames of sessions. Those of closed ones stay until newer ones of others push them out. */
export interface FrameLog {
  /** Oldest first. */
  framesOf(session: string): readonly KeptFrame[];
  /** Tells of the frames of one session as they come, until the returned function is called. */
  watch(session: string, tell: (frame: KeptFrame) => void): () => void;
}

export interface FrameLogPorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  /** Of all sessions together, with what keeping a frame costs. */
  readonly maxBytes?: number;
  readonly maxBytesASession?: number;
}

type FrameMessage = Extract<BusMessage, { readonly type: "frame" }>;

const defaultBytes = { all: 1024 * 1024, session: 64 * 1024 };
const sessionFrames = 300;
const keptBytesLimit = 8 * 1024;
const slabBytes = 16 * 1024;
const fewestSlabs = 4;
const textLimit = 500;
/** What a frame costs besides its bytes. */
const overheadBytes = 320;

/** Listens from now on: of sessions that are open already it keeps nothing. */
export function createFrameLog(ports: FrameLogPorts): FrameLog {
  return new Frames(ports);
}

/** What is kept of a frame: its bytes lie in a slab. */
interface Noted {
  readonly frame: Omit<KeptFrame, "data">;
  readonly copy: SlabCopy;
}

/** A session that is open, or of which frames are kept. */
interface SessionFrames {
  readonly id: SessionId;
  count: number;
  isOver: boolean;
}

class Frames implements FrameLog {
  readonly #clock: Clock;
  readonly #guard: Guard;
  readonly #maxSlabBytes: number;
  readonly #sessions = new Map<string, ItemGroup<Noted, SessionFrames>>();
  readonly #newest: NewestItems<Noted, SessionFrames>;
  readonly #copies = new SlabCopies(slabBytes);
  readonly #watchers = new Map<string, Set<{ readonly tell: (frame: KeptFrame) => void }>>();

  constructor({ bus, clock, log, maxBytes, maxBytesASession }: FrameLogPorts) {
    this.#clock = clock;
    this.#guard = new Guard(log, "frame log");
    const bytes = maxBytes ?? defaultBytes.all;
    this.#maxSlabBytes = Math.max(bytes, fewestSlabs * slabBytes);
    const limits = {
      bytes,
      groupBytes: maxBytesASession ?? defaultBytes.session,
      groupItems: sessionFrames,
    };
    this.#newest = new NewestItems(limits, {
      dropped: ({ copy }) => this.#copies.release(copy),
      emptied: ({ owner }) => this.#emptied(owner),
    });
    bus.subscribe("frame log", (message) => this.#accept(message));
  }

  framesOf(session: string): readonly KeptFrame[] {
    return (
      this.#sessions
        .get(session)
        ?.items()
        .map((noted) => this.#show(noted)) ?? []
    );
  }

  watch(session: string, tell: (frame: KeptFrame) => void): () => void {
    const watchers = this.#watchers.get(session) ?? new Set();
    const watcher = { tell };
    this.#watchers.set(session, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#watchers.get(session) === watchers) this.#watchers.delete(session);
    };
  }

  #accept(message: BusMessage): void {
    switch (message.type) {
      case "frame":
        this.#keep(message);
        return;
      case "session-opened": {
        const { id } = message.session;
        this.#sessions.set(id, new ItemGroup({ id, count: 0, isOver: false }));
        return;
      }
      case "session-closed":
        this.#over(message.session.id);
        return;
      default:
    }
  }

  #keep(message: FrameMessage): void {
    const { session, data } = message;
    const group = this.#sessions.get(session.id);
    if (group === undefined) return;
    group.owner.count += 1;
    const frame = factsOf(message, group.owner.count, this.#clock.now());
    const copy = this.#copies.copy(data.length <= keptBytesLimit ? data : data.subarray(0, keptBytesLimit));
    const noted = { frame, copy };
    this.#newest.push(group, noted, copy.length + frame.label.length + overheadBytes);
    this.#freeSlabs();
    if (this.#watchers.size > 0) this.#tell(noted);
  }

  /** Few frames of quiet sessions may keep many slabs alive. */
  #freeSlabs(): void {
    let isFreeing = this.#copies.bytes > this.#maxSlabBytes;
    while (isFreeing) isFreeing = this.#newest.dropOldest() && this.#copies.bytes > this.#maxSlabBytes;
  }

  #tell(noted: Noted): void {
    const watchers = this.#watchers.get(noted.frame.session);
    if (watchers === undefined) return;
    const frame = this.#show(noted);
    for (const { tell } of watchers) this.#guard.run(() => tell(frame));
  }

  #show({ frame, copy }: Noted): KeptFrame {
    return { ...frame, data: this.#copies.read(copy) };
  }

  #over(id: SessionId): void {
    const group = this.#sessions.get(id);
    if (group === undefined) return;
    group.owner.isOver = true;
    if (group.count === 0) this.#sessions.delete(id);
  }

  /** One that is open goes on counting. */
  #emptied({ id, isOver }: SessionFrames): void {
    if (isOver) this.#sessions.delete(id);
  }
}

function factsOf(message: FrameMessage, number: number, at: EpochMs): Noted["frame"] {
  const { session, direction, role, bytes, own, blocked } = message;
  const label = message.label.length <= textLimit ? message.label : message.label.slice(0, textLimit);
  const frame = { session: session.id, number, at, direction, role, label, bytes };
  if (own !== true && blocked === undefined) return frame;
  return {
    ...frame,
    ...(own === true ? { own } : {}),
    ...(blocked === undefined ? {} : { blocked: blocked.slice(0, textLimit) }),
  };
}
