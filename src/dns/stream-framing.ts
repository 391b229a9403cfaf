const lengthBytes = 2;

/** Cuts messages out of a TCP stream, each of which follows its length (RFC 1035 §4.2.2). */
export class StreamSplitter {
  readonly #limit: number;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #failed = false;

  /** `limit`: bytes of the largest message that is taken. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** True once a message was too large; nothing comes out any more. */
  get failed(): boolean {
    return this.#failed;
  }

  /** The messages that this chunk completes, in order. */
  push(chunk: Buffer): readonly Buffer[] {
    if (this.#failed) return [];
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
    // Joined only when a message may be complete, so that single bytes cost linear time.
    if (this.#pendingBytes < this.#wanted()) return [];
    const bytes = this.#pending.length === 1 ? chunk : Buffer.concat(this.#pending);
    const messages: Buffer[] = [];
    let offset = 0;
    while (bytes.length - offset >= lengthBytes) {
      const length = bytes.readUInt16BE(offset);
      this.#failed ||= length > this.#limit;
      const end = offset + lengthBytes + length;
      if (this.#failed || end > bytes.length) break;
      messages.push(bytes.subarray(offset + lengthBytes, end));
      offset = end;
    }
    const rest = this.#failed ? Buffer.alloc(0) : Buffer.from(bytes.subarray(offset));
    this.#pending = [rest];
    this.#pendingBytes = rest.length;
    return messages;
  }

  /** Bytes that must be there before anything new can be said. */
  #wanted(): number {
    const first = this.#pending[0];
    if (first === undefined || first.length < lengthBytes) return lengthBytes;
    const length = first.readUInt16BE(0);
    return length > this.#limit ? lengthBytes : lengthBytes + length;
  }
}

/** A message as it goes into a TCP stream. */
export function frameForStream(message: Buffer): Buffer {
  const framed = Buffer.alloc(lengthBytes + message.length);
  framed.writeUInt16BE(message.length, 0);
  message.copy(framed, lengthBytes);
  return framed;
}
