const newline = 0x0a;

/** Cuts a stream of bytes into lines of UTF-8 text. Holds at most `limitBytes` and what it is given. */
export class LineReader {
  readonly #limitBytes: number;
  #parts: Uint8Array[] = [];
  #pendingBytes = 0;
  #overflowed = false;

  /** `limitBytes`: of a line, without its end. */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** True once a line was longer than the limit; nothing is read from then on. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** The lines that end in this chunk, without their ends. The chunk may be reused afterwards. */
  push(chunk: Uint8Array): readonly string[] {
    const lines: string[] = [];
    let start = 0;
    while (!this.#overflowed) {
      const end = chunk.indexOf(newline, start);
      this.#keep(chunk.subarray(start, end === -1 ? chunk.length : end));
      if (end === -1 || this.#overflowed) break;
      lines.push(this.#take());
      start = end + 1;
    }
    return lines;
  }

  #keep(part: Uint8Array): void {
    if (this.#pendingBytes + part.length > this.#limitBytes) {
      this.#overflowed = true;
      this.#parts = [];
      this.#pendingBytes = 0;
    } else if (part.length > 0) {
      this.#parts.push(part.slice());
      this.#pendingBytes += part.length;
    }
  }

  #take(): string {
    const line = new Uint8Array(this.#pendingBytes);
    let offset = 0;
    for (const part of this.#parts) {
      line.set(part, offset);
      offset += part.length;
    }
    this.#parts = [];
    this.#pendingBytes = 0;
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(line);
  }
}
