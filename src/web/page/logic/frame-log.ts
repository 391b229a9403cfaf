import type { FrameView } from "../../api-types.js";
import { kindOf } from "./frame-kind.js";

/** A frame, and the one of its kind that came before it. */
export interface LoggedFrame {
  readonly frame: FrameView;
  readonly earlier: FrameView | undefined;
}

/** Keeps the newest frames of a session, whichever way they come: many at once, and one by one. */
export class FrameLog {
  readonly #limit: number;
  readonly #newest = new Map<string, FrameView>();
  #frames: LoggedFrame[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Oldest first. */
  get frames(): readonly LoggedFrame[] {
    return this.#frames;
  }

  /** Takes frames in any order; those that are there already are left out. */
  add(frames: readonly FrameView[]): void {
    const known = new Set(this.#frames.map(({ frame }) => frame.number));
    const fresh = inOrder(frames.filter(({ number }) => !known.has(number)));
    const last = this.#frames.at(-1)?.frame.number ?? 0;
    if (fresh.some(({ number }) => number < last)) this.#begin(fresh);
    else for (const frame of fresh) this.#append(frame);
    if (this.#frames.length > this.#limit) this.#frames = this.#frames.slice(-this.#limit);
  }

  find(number: number): LoggedFrame | undefined {
    return this.#frames.find(({ frame }) => frame.number === number);
  }

  /** Older frames than the newest one: what came before what has to be found anew. */
  #begin(fresh: readonly FrameView[]): void {
    const all = inOrder([...this.#frames.map(({ frame }) => frame), ...fresh]);
    this.#frames = [];
    this.#newest.clear();
    for (const frame of all) this.#append(frame);
  }

  #append(frame: FrameView): void {
    if (this.#frames.at(-1)?.frame.number === frame.number) return;
    const kind = kindOf(frame);
    this.#frames.push({ frame, earlier: this.#newest.get(kind) });
    // Set anew, so that the oldest kind is the first one to be forgotten.
    this.#newest.delete(kind);
    this.#newest.set(kind, frame);
    const [oldest] = this.#newest.keys();
    if (this.#newest.size > this.#limit && oldest !== undefined) this.#newest.delete(oldest);
  }
}

function inOrder(frames: readonly FrameView[]): readonly FrameView[] {
  return frames.toSorted((left, right) => left.number - right.number);
}
