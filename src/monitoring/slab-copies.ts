/** Copied bytes within a slab. */
export interface SlabCopy {
  readonly slab: Slab;
  readonly offset: number;
  readonly length: number;
}

interface Slab {
  readonly bytes: Uint8Array;
  /** Copies in it that are not released. */
  users: number;
}

/**
 * Copies of small pieces of bytes, many of which share a slab: an array of its own for each costs ten times as much. A slab lives until
 * the last of its copies is released.
 */
export class SlabCopies {
  readonly #slabBytes: number;
  #current: Slab | undefined;
  #used = 0;
  #slabs = 0;

  /** `slabBytes`: of one slab, and the most that a copy has. */
  constructor(slabBytes: number) {
    this.#slabBytes = slabBytes;
  }

  /** Of all slabs that are alive. */
  get bytes(): number {
    return this.#slabs * this.#slabBytes;
  }

  copy(bytes: Uint8Array): SlabCopy {
    const { length } = bytes;
    const slab = this.#slabFor(length);
    const offset = this.#used;
    slab.bytes.set(bytes, offset);
    slab.users += 1;
    this.#used += length;
    return { slab, offset, length };
  }

  /** An array of its own. */
  read({ slab, offset, length }: SlabCopy): Uint8Array {
    return slab.bytes.slice(offset, offset + length);
  }

  /** Once for each copy. */
  release({ slab }: SlabCopy): void {
    slab.users -= 1;
    if (slab.users > 0) return;
    if (slab === this.#current) this.#used = 0;
    else this.#slabs -= 1;
  }

  #slabFor(length: number): Slab {
    if (this.#current !== undefined && this.#used + length <= this.#slabBytes) return this.#current;
    this.#current = { bytes: new Uint8Array(this.#slabBytes), users: 0 };
    this.#used = 0;
    this.#slabs += 1;
    return this.#current;
  }
}
