import type { EpochMs } from "../../model/time.js";

const admittedAMinute = 10;
const minuteMs = 60_000;
/** How many kinds are known at once; the one that is known for longest is forgotten first. */
const maxKinds = 1_000;

interface Count {
  readonly since: EpochMs;
  readonly admitted: number;
  readonly leftOut: number;
}

/** Keeps a device that talks nothing but nonsense from pushing readings out of the queue. */
export class AnomalyLimit {
  readonly #counts = new Map<string, Count>();

  /**
   * How many of this kind were left out since the last one that passed; undefined: this one is left out too. At most ten
   * of a kind pass in a minute.
   */
  admit(kind: string, now: EpochMs): number | undefined {
    const known = this.#counts.get(kind);
    const isNew = known === undefined || now - known.since >= minuteMs || now < known.since;
    if (!isNew && known.admitted >= admittedAMinute) {
      this.#counts.set(kind, { ...known, leftOut: known.leftOut + 1 });
      return undefined;
    }
    this.#keep(kind, isNew ? { since: now, admitted: 1, leftOut: 0 } : { ...known, admitted: known.admitted + 1 });
    return known?.leftOut ?? 0;
  }

  #keep(kind: string, count: Count): void {
    if (count.admitted === 1) this.#counts.delete(kind);
    this.#counts.set(kind, count);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > maxKinds && oldest !== undefined) this.#counts.delete(oldest);
  }
}
