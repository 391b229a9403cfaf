/** What one direction of a TCP connection gives out, in the order of its stream. `place`: of the packet that told it. */
export type StreamPart =
  | { readonly type: "data"; readonly bytes: Uint8Array; readonly place: number }
  | { readonly type: "lost"; readonly bytes: number; readonly place: number }
  | { readonly type: "ended"; readonly place: number };

/** What a segment brings of the stream. `missing`: bytes after `payload` that the capture left out. */
export interface StreamPiece {
  readonly sequence: number;
  readonly payload: Uint8Array;
  readonly missing: number;
  readonly isFin: boolean;
  readonly place: number;
}

/** A piece in the stream, whose bytes are counted from its beginning on, not modulo 2^32. */
interface Pending {
  readonly from: number;
  readonly to: number;
  /** Shorter than the piece where the capture left bytes out. */
  readonly bytes: Uint8Array;
  readonly place: number;
}

const limits = {
  pendingBytes: 1024 * 1024,
  pendingPieces: 4096,
  /** Segments that may still pass before bytes count as lost that were acknowledged and not seen: captures swap packets. */
  patience: 32,
} as const;
const modulus = 0x1_0000_0000;
/** The largest window of TCP (RFC 7323 §2.3): nothing older is sent again. */
const window = 0x4000_0000;

/** One direction of a TCP connection: puts the pieces into order. Of bytes that come more than once the first copy counts. */
export class TcpDirection {
  /** Where the next byte stands that is to be given out. */
  #next: number | undefined;
  /** In order, without overlap, all after `#next`. Their bytes are copies, so that no whole chunk of the file stays. */
  readonly #pending: Pending[] = [];
  #pendingBytes = 0;
  #fin: { readonly at: number; readonly place: number } | undefined;
  #acknowledged = 0;
  #waited = 0;
  #isEnded = false;
  #isOrdered = false;

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** FIN was given out. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** The SYN's number: the stream begins after it. */
  begin(sequence: number): void {
    this.#next ??= (sequence + 1) % modulus;
  }

  /** Its packets are in order: what is missing will not come later. */
  expectOrder(): void {
    this.#isOrdered = true;
  }

  /** How far a number is ahead of what was given out; negative: behind. */
  distance(sequence: number): number {
    return this.#next === undefined ? 0 : this.#position(sequence, this.#next) - this.#next;
  }

  accept(piece: StreamPiece): readonly StreamPart[] {
    const length = piece.payload.length + piece.missing;
    if (this.#isEnded || (length === 0 && !piece.isFin)) return [];
    if (this.#next === undefined && !this.#isOrdered && isKeepAlive(piece)) return [];
    this.#next ??= piece.sequence;
    const from = this.#position(piece.sequence, this.#next);
    if (piece.isFin) this.#fin ??= { at: from + length, place: piece.place };
    const parts: StreamPart[] = [];
    if (from <= this.#next && this.#pending.length === 0) this.#pass(piece, this.#next - from, parts);
    else this.#insert({ from, to: from + length, bytes: piece.payload, place: piece.place });
    this.#drain(parts);
    if (this.#isOrdered && this.#pending.length > 0) this.#giveUp(parts);
    while (this.#pendingBytes > limits.pendingBytes || this.#pending.length > limits.pendingPieces) {
      this.#giveUp(parts);
    }
    return parts;
  }

  /** The other side has acknowledged all before this number. */
  acknowledge(sequence: number): void {
    if (this.#next === undefined) return;
    const at = this.#position(sequence, this.#next);
    if (at - this.#next < window && at > this.#acknowledged) this.#acknowledged = at;
  }

  /** A segment of the connection has passed: what was acknowledged long ago and never seen is given up. */
  passed(): readonly StreamPart[] {
    const gap = this.#gapEnd();
    if (gap === undefined || gap.at > this.#acknowledged) {
      this.#waited = 0;
      return [];
    }
    this.#waited += 1;
    return this.#waited > limits.patience ? this.giveUp() : [];
  }

  /** Waits no longer for what is missing first. */
  giveUp(): readonly StreamPart[] {
    const parts: StreamPart[] = [];
    this.#waited = 0;
    this.#giveUp(parts);
    return parts;
  }

  /** Nothing more comes: gives out what waits, and what the other side has had besides. */
  finish(place: number): readonly StreamPart[] {
    const parts: StreamPart[] = [];
    while (this.#gapEnd() !== undefined) this.#giveUp(parts);
    const unseen = this.#acknowledged - (this.#next ?? 0);
    // One more than all may be a FIN that was not captured.
    if (!this.#isEnded && this.#next !== undefined && unseen > 1 && unseen < window) {
      parts.push({ type: "lost", bytes: unseen, place });
      this.#next += unseen;
    }
    return parts;
  }

  /** The common case: it goes on where the stream is, with no copy. */
  #pass(piece: StreamPiece, known: number, parts: StreamPart[]): void {
    const { payload, missing, place } = piece;
    const length = payload.length + missing;
    if (known >= length) return;
    this.#give({ from: known, to: length, bytes: known === 0 ? payload : payload.subarray(known), place }, parts);
  }

  #give(piece: Pending, parts: StreamPart[]): void {
    const { bytes, place } = piece;
    const missing = piece.to - piece.from - bytes.length;
    if (bytes.length > 0) parts.push({ type: "data", bytes, place });
    if (missing > 0) parts.push({ type: "lost", bytes: missing, place });
    this.#next = (this.#next ?? 0) + bytes.length + missing;
    this.#waited = 0;
  }

  /** Fills only what no earlier piece holds. */
  #insert(piece: Pending): void {
    let from = Math.max(piece.from, this.#next ?? 0);
    let index = this.#firstAfter(from);
    while (from < piece.to) {
      const following = this.#pending[index];
      const to = Math.min(piece.to, following?.from ?? piece.to);
      if (to > from) {
        const bytes = piece.bytes.slice(from - piece.from, to - piece.from);
        this.#pending.splice(index, 0, { from, to, bytes, place: piece.place });
        this.#pendingBytes += bytes.length;
        index += 1;
      }
      from = following?.to ?? piece.to;
      index += 1;
    }
  }

  /** Index of the first pending piece that ends after `position`. */
  #firstAfter(position: number): number {
    let low = 0;
    let high = this.#pending.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#pending[middle]?.to ?? 0) > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #drain(parts: StreamPart[]): void {
    let taken = 0;
    for (const piece of this.#pending) {
      if (piece.from !== this.#next) break;
      this.#pendingBytes -= piece.bytes.length;
      this.#give(piece, parts);
      taken += 1;
    }
    if (taken > 0) this.#pending.splice(0, taken);
    if (this.#fin === undefined || this.#isEnded || (this.#next ?? 0) < this.#fin.at) return;
    parts.push({ type: "ended", place: this.#fin.place });
    this.#isEnded = true;
    this.#pending.length = 0;
    this.#pendingBytes = 0;
  }

  #giveUp(parts: StreamPart[]): void {
    const gap = this.#gapEnd();
    if (gap === undefined) return;
    const bytes = gap.at - (this.#next ?? gap.at);
    if (bytes > 0) parts.push({ type: "lost", bytes, place: gap.place });
    this.#next = gap.at;
    this.#drain(parts);
  }

  /** Where what is missing ends. */
  #gapEnd(): { readonly at: number; readonly place: number } | undefined {
    const [first] = this.#pending;
    if (first !== undefined) return { at: first.from, place: first.place };
    return this.#isEnded ? undefined : this.#fin;
  }

  #position(sequence: number, near: number): number {
    const ahead = (((sequence - near) % modulus) + modulus) % modulus;
    return near + (ahead >= modulus - window ? ahead - modulus : ahead);
  }
}

/** Some systems send a zero, one byte before the stream goes on, to see whether the other side is still there. */
function isKeepAlive({ payload, missing, isFin }: StreamPiece): boolean {
  return payload.length === 1 && payload[0] === 0 && missing === 0 && !isFin;
}
