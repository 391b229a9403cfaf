import { lowered, withCaseOf } from "./stand-in-text.js";

/** What must not stand next to a text, so that it counts as found. */
export type Boundary = "none" | "word" | "address";

interface Pattern {
  /** In lower case where it is text. */
  readonly bytes: Uint8Array;
  readonly standIn: Uint8Array;
  /** Undefined: bytes that are no text. */
  readonly boundary: Boundary | undefined;
}

/** Shorter ones would be found where they are not meant. */
const leastBytes = 4;

/** Finds what is to be replaced in bytes of any kind, in one pass over them. */
export class Originals {
  /** By the first four bytes, in lower case for text; the longest first. */
  readonly #texts = new Map<number, Pattern[]>();
  readonly #binaries = new Map<number, Pattern[]>();
  /** Whether any pattern begins with these two bytes. */
  readonly #starts = new Uint8Array(0x1_0000);

  /** One character a byte. Text that is shorter than four characters is not looked for. A shorter stand-in is filled up with blanks. */
  addText(original: string, standIn: string, boundary: Boundary): void {
    const bytes = latin1(lowered(original));
    this.#add(this.#texts, { bytes, standIn: latin1(standIn.padEnd(bytes.length)), boundary });
  }

  addBytes(original: Uint8Array, standIn: Uint8Array): void {
    this.#add(this.#binaries, { bytes: original, standIn, boundary: undefined });
  }

  /** The very same array where nothing is found. */
  replace(bytes: Uint8Array): Uint8Array {
    let result = bytes;
    let at = 0;
    while (at + leastBytes <= bytes.length) {
      const found = this.#find(bytes, at);
      if (found === undefined) {
        at += 1;
        continue;
      }
      if (result === bytes) result = Uint8Array.from(bytes);
      result.set(found.boundary === undefined ? found.standIn : likeIn(bytes, at, found), at);
      at += found.bytes.length;
    }
    return result;
  }

  #add(patterns: Map<number, Pattern[]>, pattern: Pattern): void {
    const { bytes } = pattern;
    if (bytes.length < leastBytes) return;
    const key = keyAt(bytes, 0, false);
    const known = patterns.get(key) ?? [];
    const others = known.filter((one) => !startsWith(one.bytes, bytes) || one.bytes.length !== bytes.length);
    patterns.set(
      key,
      [...others, pattern].toSorted((a, b) => b.bytes.length - a.bytes.length),
    );
    this.#starts[key >>> 16] = 1;
  }

  #find(bytes: Uint8Array, at: number): Pattern | undefined {
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    if (this.#starts[(first << 8) | second] === 1) {
      const found = this.#binaries.get(keyAt(bytes, at, false))?.find((pattern) => matches(bytes, at, pattern));
      if (found !== undefined) return found;
    }
    if (this.#starts[(folded(first) << 8) | folded(second)] !== 1) return undefined;
    return this.#texts.get(keyAt(bytes, at, true))?.find((pattern) => matches(bytes, at, pattern));
  }
}

function matches(bytes: Uint8Array, at: number, { bytes: wanted, boundary }: Pattern): boolean {
  const end = at + wanted.length;
  if (end > bytes.length) return false;
  for (let index = leastBytes; index < wanted.length; index += 1) {
    const byte = bytes[at + index] ?? 0;
    if ((boundary === undefined ? byte : folded(byte)) !== wanted[index]) return false;
  }
  if (boundary === undefined || boundary === "none") return true;
  return !touches(bytes[at - 1], boundary) && !touches(bytes[end], boundary);
}

function touches(byte: number | undefined, boundary: Boundary): boolean {
  if (byte === undefined) return false;
  const character = String.fromCharCode(byte);
  return boundary === "address" ? /[0-9]/.test(character) : /[0-9A-Za-z]/.test(character);
}

function likeIn(bytes: Uint8Array, at: number, { standIn }: Pattern): Uint8Array {
  const model = Buffer.from(bytes.buffer, bytes.byteOffset + at, standIn.length).toString("latin1");
  return latin1(withCaseOf(model, Buffer.from(standIn).toString("latin1")));
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

function keyAt(bytes: Uint8Array, at: number, fold: boolean): number {
  let key = 0;
  for (let index = at; index < at + leastBytes; index += 1) {
    const byte = bytes[index] ?? 0;
    key = (key << 8) | (fold ? folded(byte) : byte);
  }
  return key >>> 0;
}

/** ASCII letters in lower case. */
function folded(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}
