import { describe, expect, it } from "vitest";
import { playInOrder } from "../../src/cli/replay-order.js";
import type { EpochUs } from "../../src/model/recording.js";
import type { ReplaySession } from "../../src/recording/replay-plan.js";
import { FakeClock } from "../support/fake-clock.js";

function session(number: number, beganMs: number, endedMs: number): ReplaySession {
  const end = { address: "", port: 0 };
  return {
    ...{ number, leg: { id: String(number), client: end, server: end }, verdict: { type: "unknown" }, steps: [] },
    ...{ beganAt: (beganMs * 1000) as EpochUs, endedAt: (endedMs * 1000) as EpochUs, answers: 0, lostBytes: 0 },
  };
}

class Stage {
  readonly clock = new FakeClock(0);
  readonly begun: string[] = [];
  readonly abort = new AbortController();
  readonly #endings = new Map<number, (isComplete: boolean) => void>();

  start(sessions: readonly ReplaySession[], speed: number | undefined): Promise<readonly boolean[]> {
    const timing = { clock: this.clock, pace: { speed }, signal: this.abort.signal };
    return playInOrder(sessions, timing, (played) => {
      this.begun.push(`${played.number} at ${this.clock.now()}`);
      return new Promise((resolve) => {
        this.#endings.set(played.number, resolve);
      });
    });
  }

  async end(number: number, isComplete = true): Promise<void> {
    this.#endings.get(number)?.(isComplete);
    await settled();
  }

  async advance(ms: number): Promise<void> {
    await settled();
    this.clock.advance(ms);
    await settled();
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe("playInOrder", () => {
  it("plays beside each other what overlapped, and what came later after them, with the pauses between", async () => {
    const stage = new Stage();
    const played = stage.start([session(1, 0, 100), session(2, 40, 200), session(3, 260, 300)], 2);
    await stage.advance(0);
    expect(stage.begun).toEqual(["1 at 0"]);
    await stage.advance(20);
    expect(stage.begun).toEqual(["1 at 0", "2 at 20"]);
    await stage.end(1);
    await stage.advance(1_000);
    await stage.end(2, false);
    await stage.advance(29);
    expect(stage.begun).toHaveLength(2);
    await stage.advance(1);
    expect(stage.begun.at(-1)).toBe("3 at 1050");
    await stage.end(3);
    expect(await played).toEqual([true, false, true]);
  });

  it("makes no pause where none is wanted", async () => {
    const stage = new Stage();
    const played = stage.start([session(1, 0, 100), session(2, 10_000, 10_100)], undefined);
    await stage.advance(0);
    await stage.end(1);
    expect(stage.begun).toEqual(["1 at 0", "2 at 0"]);
    await stage.end(2);
    expect(await played).toEqual([true, true]);
  });

  it("begins nothing more once it is interrupted", async () => {
    const stage = new Stage();
    const played = stage.start([session(1, 0, 100), session(2, 10_000, 10_100)], 1);
    await stage.advance(0);
    await stage.end(1);
    stage.abort.abort();
    expect(await played).toEqual([true, false]);
    expect(stage.begun).toEqual(["1 at 0"]);
  });
});
