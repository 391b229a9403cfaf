import { Buffer } from "node:buffer";
import { parseSessionLog, type SessionLog } from "./session-log.js";
import { WireError } from "./wire-error.js";

/** What stands in a raw log, with the byte of the file at which it begins. */
export type SessionLogItem =
  | { readonly type: "session"; readonly session: SessionLog; readonly at: number }
  | { readonly type: "broken"; readonly problem: string; readonly at: number };

const quote = 0x22;
const backslash = 0x5c;
const opens = new Set([0x7b, 0x5b]);
const closes = new Set([0x7d, 0x5d]);
/** Blanks, and the comma of a list that somebody made of them. */
const between = new Set([0x09, 0x0a, 0x0d, 0x20, 0x2c]);
/** How every object begins that was written; it stands nowhere else, since text in JSON has no raw line break. */
const beginning = Buffer.from('{\n\t"Start"');
const limitBytes = 64 * 1024 * 1024;

/**
 * Reads a raw log in pieces: objects one after the other, with any blanks. Behind an object that was cut off or is none, it
 * goes on with the next one. Never throws; holds no more than one object.
 */
export class SessionLogReader {
  readonly #limitBytes: number;
  /** Of the object that is open, or of what is none. */
  #pieces: Uint8Array[] = [];
  #pieceBytes = 0;
  /** Of the file, before what is pushed. */
  #offset = 0;
  #startedAt = 0;
  #depth = 0;
  #inText = false;
  #escaped = false;
  #matched = 0;
  /** What was told of is passed over: strays up to a brace, the rest of what was too long up to where an object surely begins. */
  #passing: "nothing" | "strays" | "rest" = "nothing";
  #items: SessionLogItem[] = [];

  constructor(limit: number = limitBytes) {
    this.#limitBytes = limit;
  }

  push(chunk: Uint8Array): readonly SessionLogItem[] {
    let from = this.#depth > 0 ? 0 : -1;
    for (let index = 0; index < chunk.length; index += 1) {
      const byte = chunk[index] ?? 0;
      this.#match(byte);
      if (this.#matched === beginning.length && this.#startedAt !== this.#offset + index + 1 - beginning.length) {
        this.#restart(from, index);
        from = Math.max(0, index + 1 - beginning.length);
        continue;
      }
      const wasOpen = this.#depth > 0;
      this.#step(byte, index);
      if (!wasOpen && this.#depth > 0) from = index;
      if (!wasOpen || this.#depth > 0) continue;
      this.#keep(chunk.subarray(from, index + 1));
      this.#finish();
      from = -1;
    }
    if (this.#depth > 0 && from >= 0) this.#keep(chunk.slice(from));
    this.#offset += chunk.length;
    if (this.#pieceBytes > this.#limitBytes) this.#giveUp();
    return this.#items.splice(0);
  }

  /** At the end of the file. */
  end(): readonly SessionLogItem[] {
    if (this.#depth > 0) {
      this.#report(
        `expected the end of the session that begins here, found the end of the file after ${this.#pieceBytes} bytes`,
      );
    }
    this.#clear();
    return this.#items.splice(0);
  }

  #match(byte: number): void {
    if (this.#matched === beginning.length) this.#matched = 0;
    if (byte === beginning[this.#matched]) this.#matched += 1;
    else this.#matched = byte === beginning[0] ? 1 : 0;
  }

  #step(byte: number, index: number): void {
    if (this.#inText) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === backslash) this.#escaped = true;
      else if (byte === quote) this.#inText = false;
      return;
    }
    if (this.#depth === 0) {
      if (this.#passing === "rest") return;
      if (byte === beginning[0]) this.#open(index);
      else if (this.#passing === "nothing" && !between.has(byte)) this.#stray(byte, index);
      return;
    }
    if (byte === quote) this.#inText = true;
    else if (opens.has(byte)) this.#depth += 1;
    else if (closes.has(byte)) this.#depth -= 1;
  }

  #open(index: number): void {
    this.#startedAt = this.#offset + index;
    this.#depth = 1;
    this.#passing = "nothing";
  }

  #stray(byte: number, index: number): void {
    this.#startedAt = this.#offset + index;
    this.#passing = "strays";
    this.#report(`expected a session, that is {, found ${JSON.stringify(String.fromCharCode(byte))}`);
  }

  /** An object begins within another one, which is therefore cut off; or where none was looked for. */
  #restart(from: number, index: number): void {
    const startsAt = this.#offset + index + 1 - beginning.length;
    if (this.#depth > 0) {
      const bytes = this.#pieceBytes + (from < 0 ? 0 : index - from) + 1 - beginning.length;
      this.#report(`expected the end of the session that begins here, found the next one after ${bytes} bytes`);
    }
    this.#clear();
    this.#startedAt = startsAt;
    this.#depth = 1;
    this.#passing = "nothing";
    // What of the beginning stood in earlier chunks.
    const earlier = this.#offset - startsAt;
    if (earlier > 0) this.#keep(beginning.subarray(0, earlier));
  }

  #keep(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#pieceBytes += piece.length;
  }

  #finish(): void {
    const text = Buffer.concat(this.#pieces).toString("utf8");
    try {
      this.#items.push({ type: "session", session: parseSessionLog(text), at: this.#startedAt });
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#report(error.message);
    }
    this.#clear();
  }

  #giveUp(): void {
    this.#report(`expected a session of at most ${this.#limitBytes} bytes, found a longer one`);
    this.#clear();
    this.#passing = "rest";
  }

  #report(problem: string): void {
    this.#items.push({ type: "broken", problem, at: this.#startedAt });
  }

  #clear(): void {
    this.#pieces = [];
    this.#pieceBytes = 0;
    this.#depth = 0;
    this.#inText = false;
    this.#escaped = false;
  }
}
