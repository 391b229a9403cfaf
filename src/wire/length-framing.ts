import type { Frame, Splitter } from "../model/protocol.js";
import type { Direction } from "../model/session.js";

export interface FramingFault {
  readonly kind: string;
  readonly detail: string;
}

/** How a protocol whose header tells the length is cut into frames. */
export interface LengthFraming {
  /** First bytes of every frame. */
  readonly magic: Uint8Array;
  /** Bytes that `frameLength` needs, magic included. */
  readonly headerBytes: number;
  /** Longest whole frame that is waited for. */
  readonly limitBytes: number;
  readonly staleAfterMs: number;
  /** Fault of bytes before a frame start. */
  readonly garbage: FramingFault;
  /** Length of the whole frame at `at`, or why this is no frame start. At least `headerBytes` bytes are there. */
  frameLength(bytes: Uint8Array, at: number): number | FramingFault;
  /** Why the complete frame is not one: checksum, trailer. */
  check(bytes: Uint8Array, at: number, length: number): FramingFault | undefined;
}

/**
 * Cuts a stream into frames; after a fault it looks for the next start one byte after the bad one, never past an
 * announced length. Bytes of one run without a frame carry one fault. Pending bytes never exceed `limitBytes`.
 */
export function createLengthSplitter(framing: LengthFraming, direction: Direction): Splitter {
  return new LengthSplitter(framing, direction);
}

class LengthSplitter implements Splitter {
  readonly staleAfterMs: number;
  readonly #framing: LengthFraming;
  readonly #direction: Direction;
  #buffer: Uint8Array = new Uint8Array(0);
  #end = 0;
  /** Below this many pending bytes nothing new can be said: the frame that begins there is still incomplete. */
  #needed = 1;
  #inGarbage = false;

  constructor(framing: LengthFraming, direction: Direction) {
    this.#framing = framing;
    this.#direction = direction;
    this.staleAfterMs = framing.staleAfterMs;
  }

  get pendingBytes(): number {
    return this.#end;
  }

  push(chunk: Uint8Array): readonly Frame[] {
    if (this.#end === 0) {
      const frames: Frame[] = [];
      const consumed = this.#scan(chunk, chunk.length, frames);
      this.#keep(chunk.subarray(consumed));
      return frames;
    }
    this.#keep(chunk);
    if (this.#end < this.#needed) return [];
    const frames: Frame[] = [];
    const bytes = this.#buffer;
    const end = this.#end;
    const consumed = this.#scan(bytes, end, frames);
    this.#moveRest(bytes, consumed, end);
    return frames;
  }

  end(): readonly Frame[] {
    const frames: Frame[] = [];
    const bytes = this.#buffer;
    const end = this.#end;
    let from = 0;
    while (from < end) {
      // The start at `from` will never be completed: it is garbage, what follows may hold whole frames.
      const next = findByte(bytes, this.#framing.magic[0] ?? 0, from + 1, end);
      this.#garbage(bytes, from, next, this.#framing.garbage, frames);
      from = next;
      if (from < end) from += this.#scan(bytes.subarray(from, end), end - from, frames);
    }
    this.#buffer = new Uint8Array(0);
    this.#end = 0;
    this.#needed = 1;
    this.#inGarbage = false;
    return frames;
  }

  #keep(rest: Uint8Array): void {
    const size = this.#end + rest.length;
    if (size > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(size, Math.min(2 * this.#buffer.length, this.#framing.limitBytes), 64));
      larger.set(this.#buffer.subarray(0, this.#end));
      this.#buffer = larger;
    }
    this.#buffer.set(rest, this.#end);
    this.#end = size;
  }

  /** Frames given out are views of the old buffer, so the rest moves to a new one. */
  #moveRest(bytes: Uint8Array, consumed: number, end: number): void {
    if (consumed === 0) return;
    this.#buffer = bytes.slice(consumed, end);
    this.#end = end - consumed;
  }

  /** Gives out all that can be told from bytes[0, end); returns where the pending rest begins. */
  #scan(bytes: Uint8Array, end: number, frames: Frame[]): number {
    const { magic, headerBytes, limitBytes } = this.#framing;
    let at = 0;
    let garbageFrom = 0;
    let fault: FramingFault | undefined;
    while (at < end) {
      const start = findByte(bytes, magic[0] ?? 0, at, end);
      if (start > at) fault ??= this.#framing.garbage;
      at = start;
      if (at >= end) break;
      if (!matchesMagic(bytes, magic, at, end)) {
        fault ??= this.#framing.garbage;
        at += 1;
        continue;
      }
      if (end - at < headerBytes) {
        // Within the magic the very next byte may say that this is no start.
        this.#needed = end - at < magic.length ? end - at + 1 : headerBytes;
        break;
      }
      const length = this.#framing.frameLength(bytes, at);
      if (typeof length !== "number" || length > limitBytes || length < headerBytes) {
        fault ??= typeof length === "number" ? this.#framing.garbage : length;
        at += 1;
        continue;
      }
      if (end - at < length) {
        this.#needed = length;
        break;
      }
      const bad = this.#framing.check(bytes, at, length);
      if (bad !== undefined) {
        fault ??= bad;
        at += 1;
        continue;
      }
      if (at > garbageFrom) this.#garbage(bytes, garbageFrom, at, fault ?? this.#framing.garbage, frames);
      frames.push({ direction: this.#direction, bytes: bytes.subarray(at, at + length), whole: true });
      this.#inGarbage = false;
      fault = undefined;
      at += length;
      garbageFrom = at;
    }
    if (at > garbageFrom) this.#garbage(bytes, garbageFrom, at, fault ?? this.#framing.garbage, frames);
    if (at >= end) this.#needed = 1;
    return at;
  }

  #garbage(bytes: Uint8Array, from: number, to: number, fault: FramingFault, frames: Frame[]): void {
    const piece = { direction: this.#direction, bytes: bytes.subarray(from, to), whole: false };
    frames.push(this.#inGarbage ? piece : { ...piece, fault });
    this.#inGarbage = true;
  }
}

function findByte(bytes: Uint8Array, wanted: number, from: number, end: number): number {
  const found = bytes.indexOf(wanted, from);
  return found < 0 || found > end ? end : found;
}

function matchesMagic(bytes: Uint8Array, magic: Uint8Array, at: number, end: number): boolean {
  for (let i = 1; i < magic.length && at + i < end; i += 1) {
    if (bytes[at + i] !== magic[i]) return false;
  }
  return true;
}
