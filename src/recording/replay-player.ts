import type { Player, PlayerAction } from "../model/protocol.js";
import type { EpochMs } from "../model/time.js";
import { answerCounter, countsFrames, type ReplaySession } from "./replay-plan.js";

/** So long an answer is waited for that came in the recording. */
const patienceMs = 10_000;
/** So long the cloud may take to end what the device has ended. */
const goodbyeMs = 5_000;

export interface ReplayPace {
  /** How many times faster than recorded; undefined: without any pause. */
  readonly speed: number | undefined;
}

/** Plays the device of one recorded session, once. */
export class ReplayPlayer implements Player {
  readonly #session: ReplaySession;
  readonly #pace: ReplayPace;
  readonly #count: (bytes: Uint8Array) => number;
  #next = 0;
  #answers = 0;
  /** When the last step was made, or what the next one awaits had come. */
  #readyAt = 0;
  #waitsSince: number | undefined;
  #hasConnected = false;
  #hasEnded = false;
  #isCloudOver = false;

  constructor(session: ReplaySession, pace: ReplayPace) {
    this.#session = session;
    this.#pace = pace;
    this.#count = answerCounter(session.verdict);
  }

  /** Everything that the device said was said again, or only an end was left when the cloud ended first. */
  get isComplete(): boolean {
    if (!this.#hasConnected) return false;
    return this.#session.steps.slice(this.#next).every(({ action }) => action.type !== "send");
  }

  connected(now: EpochMs): readonly PlayerAction[] {
    this.#hasConnected = true;
    this.#readyAt = now;
    return this.#advance(now);
  }

  received(chunk: Uint8Array, now: EpochMs): readonly PlayerAction[] {
    const before = this.#answers;
    this.#answers += this.#count(chunk);
    const awaited = this.#awaited;
    if (before < awaited && this.#answers >= awaited) this.#readyAt = now;
    return this.#hasEnded ? [{ type: "wake", afterMs: goodbyeMs }] : this.#advance(now);
  }

  ended(now: EpochMs): readonly PlayerAction[] {
    this.#isCloudOver = true;
    return this.#hasEnded ? [] : this.#advance(now);
  }

  woken(now: EpochMs): readonly PlayerAction[] {
    // The cloud does not end what the device has ended.
    return this.#hasEnded ? [{ type: "reset" }] : this.#advance(now);
  }

  disconnected(): readonly PlayerAction[] {
    return [];
  }

  /** What must have come before the next step, or before the session is over. */
  get #awaited(): number {
    return this.#session.steps[this.#next]?.awaits ?? this.#session.answers;
  }

  #advance(now: EpochMs): readonly PlayerAction[] {
    const actions: PlayerAction[] = [];
    while (!this.#hasEnded) {
      const missing = this.#awaited - this.#answers;
      if (missing > 0) {
        if (this.#isCloudOver && !this.isComplete) return [...actions, ...this.#giveUp(missing)];
        this.#waitsSince ??= now;
        const left = this.#isCloudOver ? 0 : this.#waitsSince + patienceMs - now;
        if (left > 0) return [...actions, { type: "wake", afterMs: left }];
        actions.push({ type: "log", text: `goes on without ${this.#describe(missing)} that the cloud has not sent` });
        this.#answers += missing;
        this.#readyAt = now;
      }
      this.#waitsSince = undefined;
      const left = this.#readyAt + this.#pauseMs - now;
      if (left > 0) return [...actions, { type: "wake", afterMs: left }];
      actions.push(...this.#step(now));
    }
    return actions;
  }

  #giveUp(missing: number): readonly PlayerAction[] {
    this.#hasEnded = true;
    const text = `gives up: the cloud has ended, ${this.#describe(missing)} too early`;
    return [{ type: "log", text }, { type: "end" }, { type: "wake", afterMs: goodbyeMs }];
  }

  #step(now: EpochMs): readonly PlayerAction[] {
    const step = this.#session.steps[this.#next];
    this.#next += 1;
    this.#readyAt = now;
    const action = step?.action ?? { type: "end" };
    if (action.type === "send") return [action];
    // After a FIN the device may still have reset the connection, and nothing else.
    this.#hasEnded = true;
    this.#next = this.#session.steps.length;
    return action.type === "reset" ? [action] : [action, { type: "wake", afterMs: goodbyeMs }];
  }

  get #pauseMs(): number {
    const { speed } = this.#pace;
    const pauseUs = this.#session.steps[this.#next]?.pauseUs ?? 0;
    return speed === undefined ? 0 : Math.ceil(pauseUs / 1000 / speed);
  }

  #describe(missing: number): string {
    return `${missing} ${countsFrames(this.#session.verdict) ? "frame" : "byte"}${missing === 1 ? "" : "s"}`;
  }
}
