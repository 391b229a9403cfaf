import type { Frame, Protocol, Splitter } from "../model/protocol.js";
import type { Pseudonyms } from "../model/pseudonyms.js";
import type { EpochUs, RecordedEvent } from "../model/recording.js";
import type { Direction } from "../model/session.js";
import type { LegVerdict } from "./leg-protocol.js";

export type StreamEvent = Exclude<RecordedEvent, { readonly type: "opened" | "closed" }>;

/** What a copy holds of a stream. */
export type CopiedEvent =
  | { readonly type: "data"; readonly direction: Direction; readonly bytes: Uint8Array; readonly at: EpochUs }
  /** So many bytes that nobody can read, or, `lost`, that were not even recorded. */
  | { readonly type: "left-out" | "lost"; readonly direction: Direction; readonly bytes: number; readonly at: EpochUs }
  | { readonly type: "ended" | "reset"; readonly direction: Direction; readonly at: EpochUs };

export interface LegCopyOptions {
  readonly verdict: LegVerdict;
  readonly pseudonyms: Pseudonyms;
  /** True: bytes that make no frame stay, but for the originals that are found in them; false: they become zeros. */
  readonly keepsUnframed: boolean;
}

interface Lane {
  readonly direction: Direction;
  splitter: Splitter | undefined;
  lastAt: number;
}

/** The streams of one leg made anonymous, frame by frame. A frame stands in the copy when it is complete. */
export class LegCopy {
  /** Bytes that became zeros because they make no frame. */
  blankedBytes = 0;
  readonly #options: LegCopyOptions;
  readonly #protocol: Protocol | undefined;
  readonly #lanes: Readonly<Record<Direction, Lane>>;

  constructor(options: LegCopyOptions) {
    this.#options = options;
    const { verdict } = options;
    const isReadable = verdict.type === "known" && verdict.protocol.anonymize !== undefined;
    this.#protocol = isReadable ? verdict.protocol : undefined;
    const lane = (direction: Direction): Lane => ({
      ...{ direction, lastAt: 0 },
      splitter: this.#protocol?.createSplitter(direction),
    });
    this.#lanes = { "device-to-cloud": lane("device-to-cloud"), "cloud-to-device": lane("cloud-to-device") };
  }

  /** False: nobody can read what passed, so that none of it is copied. */
  get isReadable(): boolean {
    return this.#protocol !== undefined || (this.#options.keepsUnframed && this.#options.verdict.type !== "tls");
  }

  take(event: StreamEvent): readonly CopiedEvent[] {
    const lane = this.#lanes[event.direction];
    const { direction, at } = event;
    if (event.type === "data") return this.#data(lane, event.bytes, at);
    const rest = this.#flush(lane, at);
    if (event.type === "lost") {
      // The one that was at work still counts on the bytes that are missing.
      lane.splitter = this.#protocol?.createSplitter(direction);
      return [...rest, { type: "lost", direction, bytes: event.bytes, at }];
    }
    const other = event.type === "reset" ? this.#flush(this.#lanes[opposite(direction)], at) : [];
    return [...rest, ...other, { type: event.type, direction, at }];
  }

  /** Nothing more follows. */
  end(at: EpochUs): readonly CopiedEvent[] {
    return [...this.#flush(this.#lanes["device-to-cloud"], at), ...this.#flush(this.#lanes["cloud-to-device"], at)];
  }

  #data(lane: Lane, bytes: Uint8Array, at: EpochUs): readonly CopiedEvent[] {
    const { direction, splitter } = lane;
    if (!this.isReadable) return [{ type: "left-out", direction, bytes: bytes.length, at }];
    if (splitter === undefined) return [{ type: "data", direction, bytes: this.#options.pseudonyms.scrub(bytes), at }];
    const stale = isStale(splitter, at - lane.lastAt) ? this.#flush(lane, at) : [];
    lane.lastAt = at;
    return [...stale, ...splitter.push(bytes).map((frame) => this.#copy(frame, at))];
  }

  #flush({ splitter }: Lane, at: EpochUs): readonly CopiedEvent[] {
    return splitter?.end().map((frame) => this.#copy(frame, at)) ?? [];
  }

  #copy(frame: Frame, at: EpochUs): CopiedEvent {
    const { direction, whole } = frame;
    const { pseudonyms, keepsUnframed } = this.#options;
    if (whole || keepsUnframed) {
      const bytes = this.#protocol?.anonymize?.(frame, pseudonyms) ?? pseudonyms.scrub(frame.bytes);
      // What is not changed is a view that the splitter may use again.
      return { type: "data", direction, bytes: Uint8Array.from(bytes), at };
    }
    this.blankedBytes += frame.bytes.length;
    return { type: "data", direction, bytes: new Uint8Array(frame.bytes.length), at };
  }
}

/** As in a relay: half a frame waits only so long for its rest. */
function isStale(splitter: Splitter, passedUs: number): boolean {
  return splitter.pendingBytes > 0 && splitter.staleAfterMs > 0 && passedUs > 1000 * splitter.staleAfterMs;
}

function opposite(direction: Direction): Direction {
  return direction === "device-to-cloud" ? "cloud-to-device" : "device-to-cloud";
}
