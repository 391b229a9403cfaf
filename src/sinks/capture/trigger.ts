import type { Direction } from "../../model/session.js";
import type { EpochMs } from "../../model/time.js";

export interface TriggerOptions {
  /** Score of one direction of a session from which the session's device is flagged. */
  readonly threshold: number;
  readonly holdMs: number;
}

export interface ScoredAnomaly {
  readonly kind: string;
  readonly direction: Direction;
  readonly score: number;
}

/** Why a device is captured, and until when. */
export interface Flag {
  readonly reason: string;
  readonly until: EpochMs;
}

interface Score {
  sum: number;
  readonly kinds: Set<string>;
}

/** Sessions of which scores are kept, and flags that are: more there are only while somebody attacks. */
const keptLimit = 20_000;
const namedKinds = 5;

/**
 * Adds up anomalies, each direction of each session for itself, and says when it is enough. Flags are kept by whoever is called
 * `who`; they outlive the session and expire by themselves.
 */
export class Trigger {
  readonly #options: TriggerOptions;
  readonly #scores = new Map<string, Map<Direction, Score>>();
  readonly #flags = new Map<string, Flag>();

  constructor(options: TriggerOptions) {
    this.#options = options;
  }

  /** The flag that this anomaly raises or renews; undefined: it is not enough yet. */
  note(session: string, who: string, anomaly: ScoredAnomaly, now: EpochMs): Flag | undefined {
    if (anomaly.score <= 0) return undefined;
    const { threshold, holdMs } = this.#options;
    const flag = this.flagOf(who, now);
    const score = this.#score(session, anomaly);
    if (flag === undefined && score.sum < threshold) return undefined;
    const raised = { reason: flag?.reason ?? describe(anomaly.direction, score), until: (now + holdMs) as EpochMs };
    this.#keep(who, raised, now);
    return raised;
  }

  /** Undefined: not flagged, or not any more. */
  flagOf(who: string, now: EpochMs): Flag | undefined {
    const flag = this.#flags.get(who);
    if (flag === undefined || now < flag.until) return flag;
    this.#flags.delete(who);
    return undefined;
  }

  /** The session is over, or its flag has expired: what was added up counts no more. */
  forget(session: string): void {
    this.#scores.delete(session);
  }

  /** Whoever is flagged last stands last; those before it expire earlier, and some never come back to be asked about. */
  #keep(who: string, raised: Flag, now: EpochMs): void {
    this.#flags.delete(who);
    this.#flags.set(who, raised);
    for (const [other, { until }] of this.#flags) {
      if (now < until && this.#flags.size <= keptLimit) break;
      this.#flags.delete(other);
    }
  }

  #score(session: string, { direction, score, kind }: ScoredAnomaly): Score {
    const known = this.#scores.get(session) ?? new Map<Direction, Score>();
    if (this.#scores.size < keptLimit) this.#scores.set(session, known);
    const found = known.get(direction) ?? { sum: 0, kinds: new Set<string>() };
    known.set(direction, found);
    found.sum += score;
    found.kinds.add(kind);
    return found;
  }
}

function describe(direction: Direction, { sum, kinds }: Score): string {
  const side = direction === "device-to-cloud" ? "incoming" : "outgoing";
  const names = [...kinds];
  const more = names.length > namedKinds ? ` and ${names.length - namedKinds} more` : "";
  return `high ${side} anomaly score ${sum} (${names.slice(0, namedKinds).join(", ")}${more})`;
}
