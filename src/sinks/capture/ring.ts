import type { Moment } from "./moment.js";

export interface RingLimits {
  readonly sessionBytes: number;
  readonly totalBytes: number;
}

/** What a moment costs besides its payload. */
const overheadBytes = 256;

/** In two lists at once: all moments by age, and those of its session by age. */
interface Kept {
  readonly moment: Moment;
  readonly bytes: number;
  readonly session: object;
  older: Kept | undefined;
  newer: Kept | undefined;
  nextOfSession: Kept | undefined;
}

interface SessionKept {
  oldest: Kept;
  newest: Kept;
  bytes: number;
}

/**
 * The newest moments of sessions that nobody captures yet, should somebody want to. The oldest go first: of a session that has
 * more than its share, and of all once they are too many.
 */
export class Ring {
  readonly #limits: RingLimits;
  readonly #sessions = new Map<object, SessionKept>();
  #oldest: Kept | undefined;
  #newest: Kept | undefined;
  #bytes = 0;

  constructor(limits: RingLimits) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  push(session: object, moment: Moment): void {
    const bytes = overheadBytes + moment.packet.payload.length;
    const kept: Kept = {
      ...{ moment, bytes, session },
      ...{ older: this.#newest, newer: undefined, nextOfSession: undefined },
    };
    if (this.#newest === undefined) this.#oldest = kept;
    else this.#newest.newer = kept;
    this.#newest = kept;
    this.#bytes += bytes;
    const share = this.#pushToSession(kept);
    while (share.bytes > this.#limits.sessionBytes && share.oldest !== kept) this.#drop(share.oldest);
    while (this.#bytes > this.#limits.totalBytes && this.#oldest !== undefined) this.#drop(this.#oldest);
  }

  /** Gives out what there is of a session, oldest first, and forgets it. */
  take(session: object): readonly Moment[] {
    const moments: Moment[] = [];
    for (let share = this.#sessions.get(session); share !== undefined; share = this.#sessions.get(session)) {
      moments.push(share.oldest.moment);
      this.#drop(share.oldest);
    }
    return moments;
  }

  clear(): void {
    this.#sessions.clear();
    this.#oldest = undefined;
    this.#newest = undefined;
    this.#bytes = 0;
  }

  #pushToSession(kept: Kept): SessionKept {
    const share = this.#sessions.get(kept.session);
    if (share === undefined) {
      const first = { oldest: kept, newest: kept, bytes: kept.bytes };
      this.#sessions.set(kept.session, first);
      return first;
    }
    share.newest.nextOfSession = kept;
    share.newest = kept;
    share.bytes += kept.bytes;
    return share;
  }

  /** It is the oldest of its session: what is the oldest of all always is. */
  #drop(kept: Kept): void {
    if (kept.older === undefined) this.#oldest = kept.newer;
    else kept.older.newer = kept.newer;
    if (kept.newer === undefined) this.#newest = kept.older;
    else kept.newer.older = kept.older;
    this.#bytes -= kept.bytes;
    const share = this.#sessions.get(kept.session);
    if (share === undefined) return;
    share.bytes -= kept.bytes;
    if (kept.nextOfSession === undefined) this.#sessions.delete(kept.session);
    else share.oldest = kept.nextOfSession;
  }
}
