import { createHmac } from "node:crypto";

/** Numbers that follow from a secret key and a label, and from nothing else: the same each time, and nobody can go back. */
export class KeyStream {
  readonly #key: Uint8Array;
  readonly #label: string;
  #block: Uint8Array = new Uint8Array(0);
  #blocks = 0;
  #at = 0;

  constructor(key: Uint8Array, label: string) {
    this.#key = key;
    this.#label = label;
  }

  /** A whole number from 0 up to, not including, `limit`, which is at most 2^32. */
  below(limit: number): number {
    if (this.#at + 4 > this.#block.length) this.#refill();
    const at = this.#at;
    this.#at += 4;
    return new DataView(this.#block.buffer, this.#block.byteOffset + at).getUint32(0) % limit;
  }

  #refill(): void {
    const digest = createHmac("sha256", this.#key).update(`${this.#blocks}\u0000${this.#label}`).digest();
    this.#block = new Uint8Array(digest);
    this.#blocks += 1;
    this.#at = 0;
  }
}
