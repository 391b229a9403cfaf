import type { Frame, Splitter } from "../model/protocol.js";
import type { EpochMs } from "../model/time.js";
import type { Guard } from "../runtime/guard.js";

/** One direction of one leg as frames that may be kept: their bytes are copies. */
export class FrameLane {
  readonly #splitter: Splitter;
  readonly #guard: Guard;
  #lastByteAt = 0;

  constructor(splitter: Splitter, guard: Guard) {
    this.#splitter = splitter;
    this.#guard = guard;
  }

  get hasHalfFrame(): boolean {
    return this.#splitter.pendingBytes > 0;
  }

  /** When half a frame has waited long enough for its rest; infinite where none waits. */
  get staleAt(): number {
    const { pendingBytes, staleAfterMs } = this.#splitter;
    return pendingBytes > 0 && staleAfterMs > 0 ? this.#lastByteAt + staleAfterMs : Number.POSITIVE_INFINITY;
  }

  push(chunk: Uint8Array, now: EpochMs): readonly Frame[] {
    this.#lastByteAt = now;
    return this.#kept(() => this.#splitter.push(chunk));
  }

  /** What is pending, as it came. Whatever the splitter keeps back waits anew. */
  flush(now: EpochMs): readonly Frame[] {
    this.#lastByteAt = now;
    return this.#kept(() => this.#splitter.end());
  }

  #kept(frames: () => readonly Frame[]): readonly Frame[] {
    // Not `slice`: that of a Buffer is a view.
    return (this.#guard.run(frames) ?? []).map((frame) => ({ ...frame, bytes: Uint8Array.from(frame.bytes) }));
  }
}
