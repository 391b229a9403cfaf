import type { Frame, Splitter } from "../model/protocol.js";
import type { Direction } from "../model/session.js";
import { BodyScanner } from "./http1-body.js";
import { bodyFraming, findRequestLine, findStatusLine, type HttpHead, latin1, parseHttpHead } from "./http1-head.js";
import type { FramingFault } from "./length-framing.js";
import { WireError } from "./wire-error.js";

export interface Http1Framing {
  readonly direction: Direction;
  readonly messages: "requests" | "responses";
  /** Longest head that is waited for. */
  readonly headLimitBytes: number;
  /** Longest message, head included, that is waited for. */
  readonly messageLimitBytes: number;
  readonly staleAfterMs: number;
}

/**
 * Cuts a stream into HTTP/1 messages, one frame each, bytes as they came. Fault kinds: `not_http`, `header_too_long`,
 * `message_too_large`, `incomplete_message`. A message that is too large is passed by its own length; otherwise the next
 * start line is looked for. Each byte is looked at once, however small the pieces. The end of a response without a length
 * is `end()`. A response to HEAD looks as if its body were missing: it is told by the response behind it, or by the end.
 */
export function createHttp1Splitter(framing: Http1Framing): Splitter {
  return new Http1Splitter(framing);
}

/** `skip`: a message that is given out unframed. `opaque`: no message can follow. */
type Phase = "start" | "head" | "peek" | "body" | "skip" | "opaque";

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
/** `HTTP/1.1 200`. */
const statusBytes = 12;

class Http1Splitter implements Splitter {
  readonly staleAfterMs: number;
  readonly #framing: Http1Framing;
  #held: Uint8Array = new Uint8Array(0);
  #end = 0;
  #phase: Phase = "start";
  /** Bytes of the pending unit that were looked at. */
  #scanned = 0;
  /** Where its current line begins. */
  #lineAt = 0;
  #head: HttpHead | undefined;
  #scanner = new BodyScanner({ type: "length", bytes: 0 });
  #inRun = false;

  constructor(framing: Http1Framing) {
    this.#framing = framing;
    this.staleAfterMs = framing.staleAfterMs;
  }

  get pendingBytes(): number {
    return this.#end;
  }

  push(chunk: Uint8Array): readonly Frame[] {
    const frames: Frame[] = [];
    if (this.#end === 0) {
      const consumed = this.#run(chunk, chunk.length, frames);
      this.#keep(chunk.subarray(consumed));
      return frames;
    }
    this.#keep(chunk);
    const bytes = this.#held;
    const end = this.#end;
    const consumed = this.#run(bytes, end, frames);
    if (consumed > 0) {
      // Frames given out are views of the old buffer, so the rest moves to a new one.
      this.#held = bytes.slice(consumed, end);
      this.#end = end - consumed;
    }
    return frames;
  }

  end(): readonly Frame[] {
    const frames: Frame[] = [];
    const bytes = this.#held.subarray(0, this.#end);
    const framing = this.#head === undefined ? undefined : bodyFraming(this.#head);
    const hasBody = this.#head !== undefined && this.#end > this.#head.headBytes;
    if (this.#phase === "start") {
      if (bytes.length > 0)
        this.#unframed(bytes, isBlank(bytes, 0, bytes.length) ? undefined : this.#notHttp(), frames);
      this.#restart();
    } else if (this.#phase === "head") {
      this.#unframed(bytes, incomplete, frames);
      this.#restart();
    } else if (framing?.type === "until-close") {
      this.#whole(bytes, frames);
      this.#restart("opaque");
    } else if (framing?.type === "length" && !hasBody && this.#framing.messages === "responses") {
      this.#whole(bytes, frames);
      this.#restart();
    } else if (this.#head !== undefined) {
      this.#unframed(bytes, incomplete, frames);
      // Peeked bytes were not counted yet; should the rest still come, it is passed by its length.
      this.#scanner.advance(bytes, this.#scanned, bytes.length);
      this.#restart(this.#scanner.done ? "start" : "skip");
    }
    this.#held = new Uint8Array(0);
    this.#end = 0;
    return frames;
  }

  #keep(rest: Uint8Array): void {
    const size = this.#end + rest.length;
    if (size > this.#held.length) {
      const larger = new Uint8Array(
        Math.max(size, Math.min(2 * this.#held.length, this.#framing.messageLimitBytes), 64),
      );
      larger.set(this.#held.subarray(0, this.#end));
      this.#held = larger;
    }
    this.#held.set(rest, this.#end);
    this.#end = size;
  }

  /** Gives out all that can be told from bytes[0, end); returns where the pending unit begins. */
  #run(bytes: Uint8Array, end: number, frames: Frame[]): number {
    let at = 0;
    while (at < end) {
      const next = this.#step(bytes.subarray(at, end), frames);
      if (next === undefined) break;
      at += next;
    }
    return at;
  }

  /** Bytes of the unit at the start that are done with; undefined: more must come. */
  #step(unit: Uint8Array, frames: Frame[]): number | undefined {
    switch (this.#phase) {
      case "start":
        return this.#findStart(unit, frames);
      case "head":
        return this.#findHeadEnd(unit, frames);
      case "peek":
        return this.#peek(unit, frames);
      case "body":
        return this.#findBodyEnd(unit, frames);
      case "skip":
        return this.#skip(unit, frames);
      case "opaque":
        this.#unframed(unit, undefined, frames);
        return unit.length;
    }
  }

  #findStart(unit: Uint8Array, frames: Frame[]): number | undefined {
    const { headLimitBytes, messages } = this.#framing;
    const feed = unit.subarray(0, headLimitBytes).indexOf(lineFeed, this.#scanned);
    if (feed < 0) {
      this.#scanned = unit.length;
      if (unit.length < headLimitBytes) return undefined;
      const fault = beginsLikeRequest(unit) ? this.#headTooLong() : this.#notHttp();
      return this.#drop(unit, headLimitBytes, fault, frames);
    }
    if (isBlank(unit, 0, feed)) return this.#drop(unit, feed + 1, undefined, frames);
    const line = latin1(unit, 0, feed);
    const from = messages === "requests" ? findRequestLine(line) : findStatusLine(line);
    if (from < 0) return this.#drop(unit, feed + 1, this.#notHttp(), frames);
    if (from > 0) this.#unframed(unit.subarray(0, from), this.#notHttp(), frames);
    this.#restart("head");
    this.#scanned = feed + 1 - from;
    this.#lineAt = this.#scanned;
    // Not undefined where nothing was dropped: the head may be in the same bytes.
    return from;
  }

  #findHeadEnd(unit: Uint8Array, frames: Frame[]): number | undefined {
    const { headLimitBytes } = this.#framing;
    const searched = unit.subarray(0, headLimitBytes);
    for (;;) {
      const feed = searched.indexOf(lineFeed, this.#scanned);
      if (feed < 0) break;
      this.#scanned = feed + 1;
      if (isBlank(unit, this.#lineAt, feed)) return this.#beginBody(unit, feed + 1, frames);
      this.#lineAt = feed + 1;
    }
    this.#scanned = searched.length;
    return unit.length < headLimitBytes ? undefined : this.#drop(unit, headLimitBytes, this.#headTooLong(), frames);
  }

  #beginBody(unit: Uint8Array, headBytes: number, frames: Frame[]): number {
    const head = this.#readHead(unit.subarray(0, headBytes));
    if (head === undefined) return this.#drop(unit, headBytes, this.#notHttp(), frames);
    const framing = bodyFraming(head);
    this.#head = head;
    this.#scanner = new BodyScanner(framing);
    if (framing.type === "length" && headBytes + framing.bytes > this.#framing.messageLimitBytes) {
      this.#unframed(unit.subarray(0, headBytes), this.#tooLarge(), frames);
      this.#restart("skip");
      return headBytes;
    }
    if (this.#scanner.done) {
      this.#whole(unit.subarray(0, headBytes), frames);
      const upgraded = head.start.type === "response" && head.start.status === 101;
      this.#restart(upgraded ? "opaque" : "start");
      return headBytes;
    }
    const peeks = head.start.type === "response" && framing.type === "length" && framing.bytes >= statusBytes;
    this.#phase = peeks ? "peek" : "body";
    return 0;
  }

  #readHead(bytes: Uint8Array): HttpHead | undefined {
    try {
      const head = parseHttpHead(bytes);
      bodyFraming(head);
      return head;
    } catch (error) {
      if (error instanceof WireError) return undefined;
      throw error;
    }
  }

  /** Where a body should begin, the next response does: the request was a HEAD. */
  #peek(unit: Uint8Array, frames: Frame[]): number | undefined {
    const from = this.#head?.headBytes ?? 0;
    if (unit.length < from + statusBytes) return undefined;
    const isNextResponse = findStatusLine(latin1(unit, from, from + statusBytes)) === 0;
    if (!isNextResponse) {
      this.#phase = "body";
      return 0;
    }
    this.#whole(unit.subarray(0, from), frames);
    this.#restart();
    return from;
  }

  #findBodyEnd(unit: Uint8Array, frames: Frame[]): number | undefined {
    const { messageLimitBytes } = this.#framing;
    this.#scanned = this.#scanner.advance(unit, this.#scanned, Math.min(unit.length, messageLimitBytes));
    const { fault, done } = this.#scanner;
    const size = this.#scanned;
    if (fault !== undefined) {
      return this.#drop(unit, size, { kind: "not_http", detail: `expected a body in chunks, found ${fault}` }, frames);
    }
    if (done) {
      this.#whole(unit.subarray(0, size), frames);
      this.#restart();
      return size;
    }
    if (size < messageLimitBytes) return undefined;
    this.#unframed(unit.subarray(0, size), this.#tooLarge(), frames);
    this.#restart("skip");
    return size;
  }

  #skip(unit: Uint8Array, frames: Frame[]): number {
    const size = this.#scanner.advance(unit, 0, unit.length);
    if (size > 0) this.#unframed(unit.subarray(0, size), undefined, frames);
    if (this.#scanner.done || this.#scanner.fault !== undefined) this.#restart();
    return size;
  }

  /** Gives `size` bytes out as unframed and looks for the next start line behind them. */
  #drop(unit: Uint8Array, size: number, fault: FramingFault | undefined, frames: Frame[]): number {
    this.#unframed(unit.subarray(0, size), fault, frames);
    this.#restart();
    return size;
  }

  #restart(phase: Phase = "start"): void {
    this.#phase = phase;
    this.#scanned = 0;
    this.#lineAt = 0;
    this.#head = undefined;
  }

  #whole(bytes: Uint8Array, frames: Frame[]): void {
    frames.push({ direction: this.#framing.direction, bytes, whole: true });
    this.#inRun = false;
  }

  #unframed(bytes: Uint8Array, fault: FramingFault | undefined, frames: Frame[]): void {
    const piece = { direction: this.#framing.direction, bytes, whole: false };
    frames.push(fault === undefined || this.#inRun ? piece : { ...piece, fault });
    if (fault !== undefined) this.#inRun = true;
  }

  #notHttp(): FramingFault {
    const expected = this.#framing.messages === "requests" ? "request line" : "status line";
    return { kind: "not_http", detail: `expected an HTTP/1 ${expected} and headers that agree on the length` };
  }

  #headTooLong(): FramingFault {
    return { kind: "header_too_long", detail: `expected a header of at most ${this.#framing.headLimitBytes} bytes` };
  }

  #tooLarge(): FramingFault {
    return { kind: "message_too_large", detail: `expected at most ${this.#framing.messageLimitBytes} bytes` };
  }
}

const incomplete: FramingFault = { kind: "incomplete_message", detail: "the message ended before its end was there" };

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  return to === from || (to === from + 1 && bytes[from] === carriageReturn);
}

function beginsLikeRequest(bytes: Uint8Array): boolean {
  return /^[A-Z]{3,10} \S/.test(latin1(bytes, 0, Math.min(bytes.length, 16)));
}
