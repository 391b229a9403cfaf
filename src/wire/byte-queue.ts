/** Bytes that came in chunks and are read in order, without joining more than is asked for at once. */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  /** Where in the first chunk the next byte stands. */
  #at = 0;
  #length = 0;
  #offset = 0;

  /** Bytes that wait. */
  get length(): number {
    return this.#length;
  }

  /** Bytes that were read before. */
  get offset(): number {
    return this.#offset;
  }

  /** The chunk is kept, not copied. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** The next bytes, which stay; undefined where fewer wait. A view of a chunk where they stand within one, else a copy. */
  peek(count: number): Uint8Array | undefined {
    if (count > this.#length) return undefined;
    const first = this.#chunks[0] ?? new Uint8Array(0);
    if (this.#at + count <= first.length) return first.subarray(this.#at, this.#at + count);
    return this.#joined(count);
  }

  /** Reads past at most as many bytes as wait. */
  skip(count: number): void {
    let left = Math.min(count, this.#length);
    this.#length -= left;
    this.#offset += left;
    let done = 0;
    for (const chunk of this.#chunks) {
      const here = chunk.length - this.#at;
      if (left < here) break;
      left -= here;
      this.#at = 0;
      done += 1;
    }
    if (done > 0) this.#chunks.splice(0, done);
    this.#at += left;
  }

  #joined(count: number): Uint8Array {
    const bytes = new Uint8Array(count);
    let filled = 0;
    let from = this.#at;
    for (const chunk of this.#chunks) {
      const part = chunk.subarray(from, from + count - filled);
      bytes.set(part, filled);
      filled += part.length;
      from = 0;
      if (filled === count) break;
    }
    return bytes;
  }
}
