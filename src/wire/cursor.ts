import { WireError } from "./wire-error.js";

const ascii = new TextDecoder("latin1");

/** Reads bytes in order, bounds-checked. Throws WireError where fewer bytes are left than asked for. */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  offset: number;

  constructor(bytes: Uint8Array, offset = 0) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.offset = offset;
  }

  get remaining(): number {
    return this.bytes.length - this.offset;
  }

  #advance(count: number): number {
    const at = this.offset;
    if (count < 0 || at + count > this.bytes.length) {
      throw new WireError(`expected ${count} bytes at offset ${at}, found ${this.bytes.length - at}`);
    }
    this.offset = at + count;
    return at;
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u16be(): number {
    return this.#view.getUint16(this.#advance(2), false);
  }

  u16le(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  s16be(): number {
    return this.#view.getInt16(this.#advance(2), false);
  }

  s16le(): number {
    return this.#view.getInt16(this.#advance(2), true);
  }

  u32be(): number {
    return this.#view.getUint32(this.#advance(4), false);
  }

  u32le(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** A view, not a copy. */
  take(count: number): Uint8Array {
    const at = this.#advance(count);
    return this.bytes.subarray(at, at + count);
  }

  /** One character a byte (ISO 8859-1), as it stands: padding is the caller's to cut. */
  text(count: number): string {
    return ascii.decode(this.take(count));
  }

  skip(count: number): void {
    this.#advance(count);
  }
}
