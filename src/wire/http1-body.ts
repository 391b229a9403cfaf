import { Buffer } from "node:buffer";
import { type BodyFraming, bodyFraming, type HttpHead, latin1, parseHttpHead } from "./http1-head.js";
import { WireError } from "./wire-error.js";

const lineFeed = 0x0a;
/** A chunk's length line with its extensions, and each line of a trailer. */
const lineLimitBytes = 4096;

/** Finds the end of a body in pieces as they come, each byte looked at once. */
export class BodyScanner {
  /** Once true, `advance` takes nothing more. */
  done = false;
  /** Why the body cannot be followed any further. */
  fault: string | undefined;
  readonly #type: BodyFraming["type"];
  readonly #collect: ((piece: Uint8Array) => void) | undefined;
  #state: "size" | "payload" | "payload-end" | "trailer" = "size";
  /** Bytes of the body, or of the current chunk, that are still to come. */
  #left = 0;
  #line = "";

  /** `collect` gets the payload as views, without chunk lengths. */
  constructor(framing: BodyFraming, collect?: (piece: Uint8Array) => void) {
    this.#type = framing.type;
    this.#collect = collect;
    if (framing.type === "length") {
      this.#left = framing.bytes;
      this.done = framing.bytes === 0;
    }
  }

  /** Takes what belongs to the body from bytes[from, to); returns where it stopped. */
  advance(bytes: Uint8Array, from: number, to: number): number {
    if (this.#type === "until-close") return this.#payload(bytes, from, to, to - from);
    let at = from;
    if (this.#type === "length") {
      at = this.#payload(bytes, from, to, this.#left);
      this.#left -= at - from;
      this.done = this.#left === 0;
      return at;
    }
    while (at < to && !this.done && this.fault === undefined) at = this.#advanceChunk(bytes, at, to);
    return at;
  }

  #payload(bytes: Uint8Array, from: number, to: number, count: number): number {
    const end = Math.min(to, from + count);
    if (end > from) this.#collect?.(bytes.subarray(from, end));
    return end;
  }

  #advanceChunk(bytes: Uint8Array, from: number, to: number): number {
    if (this.#state === "payload") {
      const at = this.#payload(bytes, from, to, this.#left);
      this.#left -= at - from;
      if (this.#left === 0) this.#state = "payload-end";
      return at;
    }
    const feed = bytes.indexOf(lineFeed, from);
    const found = feed >= 0 && feed < to;
    const lineEnd = found ? feed : to;
    const room = lineLimitBytes - this.#line.length;
    if (lineEnd - from > room) {
      this.fault = `a line of more than ${lineLimitBytes} bytes between chunks`;
      return from + room;
    }
    this.#line += latin1(bytes, from, lineEnd);
    if (!found) return to;
    this.#endLine(this.#line.endsWith("\r") ? this.#line.slice(0, -1) : this.#line);
    this.#line = "";
    return feed + 1;
  }

  #endLine(line: string): void {
    if (this.#state === "trailer") {
      this.done = line === "";
    } else if (this.#state === "payload-end") {
      if (line === "") this.#state = "size";
      else this.fault = "a chunk that is longer than announced";
    } else {
      const [, digits] = /^([0-9a-fA-F]{1,12})[ \t]*(?:;.*)?$/.exec(line) ?? [];
      if (digits === undefined) this.fault = "a chunk without a length";
      this.#left = digits === undefined ? 0 : Number.parseInt(digits, 16);
      this.#state = this.#left === 0 ? "trailer" : "payload";
    }
  }
}

export interface HttpMessage extends HttpHead {
  /** Without chunk lengths; a view where there are none. */
  readonly body: Uint8Array;
  /** False: the body ended before its announced length. */
  readonly complete: boolean;
}

/** A whole message as the splitter gives it. Throws WireError. */
export function parseHttpMessage(bytes: Uint8Array): HttpMessage {
  const head = parseHttpHead(bytes);
  const framing = bodyFraming(head);
  const pieces: Uint8Array[] = [];
  const scanner = new BodyScanner(framing, (piece) => pieces.push(piece));
  if (!scanner.done) scanner.advance(bytes, head.headBytes, bytes.length);
  if (scanner.fault !== undefined) throw new WireError(`expected a body in chunks, found ${scanner.fault}`);
  const [only = new Uint8Array(0), ...more] = pieces;
  const body = more.length === 0 ? only : Buffer.concat(pieces);
  return { ...head, body, complete: scanner.done || framing.type === "until-close" };
}

/** The same for bytes that may be something else. Undefined: they are no whole message. */
export function findHttpMessage(bytes: Uint8Array): HttpMessage | undefined {
  try {
    return parseHttpMessage(bytes);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
