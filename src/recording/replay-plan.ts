import type { Protocol } from "../model/protocol.js";
import type { EpochUs, RecordedEvent, RecordedLeg } from "../model/recording.js";
import { LegProtocol, type LegVerdict } from "./leg-protocol.js";

/** What the device of a recorded session does next. */
export interface ReplayStep {
  readonly action: { readonly type: "send"; readonly bytes: Uint8Array } | { readonly type: "end" | "reset" };
  /** What must have come from the cloud before, since the beginning: whole frames, or bytes where no frames are known. */
  readonly awaits: number;
  /** Between the step before, or what was awaited if that came later, and this one. */
  readonly pauseUs: number;
}

export interface ReplaySession {
  /** From 1, in the order in which they began. */
  readonly number: number;
  readonly leg: RecordedLeg;
  readonly verdict: LegVerdict;
  readonly beganAt: EpochUs;
  readonly endedAt: EpochUs;
  readonly steps: readonly ReplayStep[];
  /** What came from the cloud in all, counted as in `awaits`. */
  readonly answers: number;
  /** Bytes of the device that the recording lacks. */
  readonly lostBytes: number;
}

export interface ReplayPlanOptions {
  readonly protocols: readonly Protocol[];
  /** What the user says that all of it is. */
  readonly given?: Protocol;
}

type Recorded = Extract<RecordedEvent, { readonly type: "data" | "ended" | "reset" }>;

interface OpenLeg {
  readonly leg: RecordedLeg;
  readonly beganAt: EpochUs;
  readonly finder: LegProtocol;
  readonly events: Recorded[];
  verdict: LegVerdict | undefined;
  endedAt: EpochUs;
  lostBytes: number;
}

/** Collects what devices did in recorded sessions, so that it can be done again. All of it is in memory. */
export class ReplayPlan {
  readonly #options: ReplayPlanOptions;
  readonly #open = new Map<string, OpenLeg>();
  readonly #closed: OpenLeg[] = [];
  /** Bytes that are held. */
  bytes = 0;

  constructor(options: ReplayPlanOptions) {
    this.#options = options;
  }

  take(event: RecordedEvent): void {
    const { leg, at } = event;
    if (event.type === "opened") {
      const finder = new LegProtocol(leg, this.#options);
      const open = { leg, beganAt: at, finder, events: [], verdict: undefined, endedAt: at, lostBytes: 0 };
      this.#open.set(leg.id, open);
      return;
    }
    const open = this.#open.get(leg.id);
    if (open === undefined) return;
    if (at > open.endedAt) open.endedAt = at;
    if (event.type === "closed") this.#close(open);
    else if (event.type !== "lost") this.#keep(open, event);
    else if (event.direction === "device-to-cloud") open.lostBytes += event.bytes;
  }

  /** After the last event: all sessions, in the order in which they began. */
  end(): readonly ReplaySession[] {
    for (const open of [...this.#open.values()]) this.#close(open);
    return this.#closed.toSorted((a, b) => a.beganAt - b.beganAt).map((open, index) => sessionOf(open, index + 1));
  }

  #keep(open: OpenLeg, event: Recorded): void {
    open.events.push(event);
    if (event.type !== "data") return;
    this.bytes += event.bytes.length;
    open.verdict ??= open.finder.push(event.direction, event.bytes);
  }

  #close(open: OpenLeg): void {
    this.#open.delete(open.leg.id);
    this.#closed.push(open);
  }
}

function sessionOf(open: OpenLeg, number: number): ReplaySession {
  const { leg, beganAt, endedAt, lostBytes, finder, events } = open;
  const verdict = open.verdict ?? finder.decide();
  const count = answerCounter(verdict);
  const steps: ReplayStep[] = [];
  let awaits = 0;
  let from: number = beganAt;
  for (const event of events) {
    if (event.direction === "cloud-to-device") {
      const came = event.type === "data" ? count(event.bytes) : 0;
      awaits += came;
      if (came > 0) from = event.at;
      continue;
    }
    const { type } = event;
    const action = type === "data" ? { type: "send" as const, bytes: event.bytes } : endingOf(type);
    steps.push({ action, awaits, pauseUs: Math.max(0, event.at - from) });
    from = event.at;
  }
  return { number, leg, verdict, beganAt, endedAt, steps, answers: awaits, lostBytes };
}

function endingOf(type: "ended" | "reset"): { readonly type: "end" | "reset" } {
  return { type: type === "ended" ? "end" : "reset" };
}

/**
 * Counts what comes from the cloud, piece by piece: whole frames of a protocol that has them, else bytes. What ends only with the
 * connection is not counted, so that nothing waits for it.
 */
export function answerCounter(verdict: LegVerdict): (bytes: Uint8Array) => number {
  if (verdict.type !== "known" || !countsFrames(verdict)) return (bytes) => bytes.length;
  const splitter = verdict.protocol.createSplitter("cloud-to-device");
  return (bytes) => splitter.push(bytes).filter(({ whole }) => whole).length;
}

/** What has no layout has no frames either: each chunk counts as one. */
export function countsFrames(verdict: LegVerdict): boolean {
  return verdict.type === "known" && verdict.protocol.layout !== undefined;
}
