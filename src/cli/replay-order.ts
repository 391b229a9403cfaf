import type { ReplaySession } from "../recording/replay-plan.js";
import type { ReplayPace } from "../recording/replay-player.js";
import type { Clock } from "../runtime/clock.js";

export interface ReplayTiming {
  readonly clock: Clock;
  readonly pace: ReplayPace;
  /** Nothing more is begun once it is aborted. */
  readonly signal: AbortSignal;
}

/**
 * Plays sessions as they lay in the recording: beside each other where they overlapped, else one after the other, with the same pauses
 * between them. `sessions` are in the order in which they began. Resolves to what `play` said of each, false for those not begun.
 */
export async function playInOrder(
  sessions: readonly ReplaySession[],
  timing: ReplayTiming,
  play: (session: ReplaySession) => Promise<boolean>,
): Promise<readonly boolean[]> {
  const byEnd = sessions.toSorted((a, b) => a.endedAt - b.endedAt);
  const playing = new Map<ReplaySession, Promise<boolean>>();
  let gate: Promise<unknown> = Promise.resolve();
  let over = 0;
  let baseline: number = sessions[0]?.beganAt ?? 0;
  for (const session of sessions) {
    const waited: Promise<unknown>[] = [gate];
    for (let next = byEnd[over]; next !== undefined && isBefore(next, session); next = byEnd[over]) {
      waited.push(playing.get(next) ?? Promise.resolve());
      baseline = next.endedAt;
      over += 1;
    }
    gate = Promise.all(waited);
    playing.set(session, begin(session, { ...timing, gate, pauseUs: session.beganAt - baseline }, play));
  }
  return Promise.all(playing.values());
}

function isBefore(earlier: ReplaySession, later: ReplaySession): boolean {
  return earlier.endedAt <= later.beganAt && earlier.number < later.number;
}

interface Beginning extends ReplayTiming {
  readonly gate: Promise<unknown>;
  readonly pauseUs: number;
}

async function begin(
  session: ReplaySession,
  { gate, pauseUs, pace, clock, signal }: Beginning,
  play: (session: ReplaySession) => Promise<boolean>,
): Promise<boolean> {
  await gate;
  const pauseMs = pace.speed === undefined ? 0 : pauseUs / 1000 / pace.speed;
  if (pauseMs > 0) await pause(pauseMs, clock, signal);
  return signal.aborted ? false : play(session);
}

function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, resolve);
    signal.addEventListener("abort", () => {
      cancel();
      resolve();
    });
  });
}
