import { describe, expect, it } from "vitest";
import type { EpochUs } from "../../src/model/recording.js";
import type { EpochMs } from "../../src/model/time.js";
import type { ReplaySession, ReplayStep } from "../../src/recording/replay-plan.js";
import { ReplayPlayer } from "../../src/recording/replay-player.js";

const bytes = (text: string): Uint8Array => Buffer.from(text);
const send = (text: string, awaits: number, pauseMs: number): ReplayStep => ({
  ...{ action: { type: "send", bytes: bytes(text) }, awaits },
  pauseUs: pauseMs * 1000,
});
const now = (ms: number): EpochMs => ms as EpochMs;

/** Answers are counted in bytes. */
function session(steps: readonly ReplayStep[], answers = 0): ReplaySession {
  const end = { address: "", port: 0 };
  return {
    ...{ number: 1, leg: { id: "1", client: end, server: end }, verdict: { type: "unknown" } },
    ...{ beganAt: 0 as EpochUs, endedAt: 0 as EpochUs, steps, answers, lostBytes: 0 },
  };
}

describe("ReplayPlayer", () => {
  it("waits for the answers that came, then as long as the device did", () => {
    const player = new ReplayPlayer(session([send("a", 0, 50), send("b", 2, 100)], 2), { speed: 1 });
    expect(player.connected(now(1_000))).toEqual([{ type: "wake", afterMs: 50 }]);
    expect(player.woken(now(1_050))).toEqual([
      { type: "send", bytes: bytes("a") },
      { type: "wake", afterMs: 10_000 },
    ]);
    expect(player.received(bytes("x"), now(1_100))).toEqual([{ type: "wake", afterMs: 9_950 }]);
    expect(player.received(bytes("y"), now(1_300))).toEqual([{ type: "wake", afterMs: 100 }]);
    expect(player.isComplete).toBe(false);
    expect(player.woken(now(1_400))).toMatchObject([
      { type: "send", bytes: bytes("b") },
      { type: "end" },
      { type: "wake" },
    ]);
    expect(player.isComplete).toBe(true);
  });

  it("can be faster, and without any pause", () => {
    const steps = [send("a", 0, 50), send("b", 0, 100)];
    const faster = new ReplayPlayer(session(steps), { speed: 10 });
    expect(faster.connected(now(0))).toEqual([{ type: "wake", afterMs: 5 }]);
    const fastest = new ReplayPlayer(session(steps), { speed: undefined });
    expect(fastest.connected(now(0)).map(({ type }) => type)).toEqual(["send", "send", "end", "wake"]);
  });

  it("goes on without what the cloud does not send, and says so", () => {
    const player = new ReplayPlayer(session([send("a", 3, 0)]), { speed: 1 });
    expect(player.connected(now(0))).toEqual([{ type: "wake", afterMs: 10_000 }]);
    expect(player.received(bytes("x"), now(10))).toEqual([{ type: "wake", afterMs: 9_990 }]);
    expect(player.woken(now(10_000)).slice(0, 2)).toEqual([
      { type: "log", text: "goes on without 2 bytes that the cloud has not sent" },
      { type: "send", bytes: bytes("a") },
    ]);
  });

  it("awaits the last answers before it ends, and resets in the end where the cloud does not end it", () => {
    const player = new ReplayPlayer(session([send("a", 0, 0)], 1), { speed: 1 });
    expect(player.connected(now(0)).map(({ type }) => type)).toEqual(["send", "wake"]);
    expect(player.received(bytes("x"), now(5))).toEqual([{ type: "end" }, { type: "wake", afterMs: 5_000 }]);
    expect(player.received(bytes("y"), now(6))).toEqual([{ type: "wake", afterMs: 5_000 }]);
    expect(player.woken(now(5_006))).toEqual([{ type: "reset" }]);
    expect(player.disconnected()).toEqual([]);
  });

  it("gives up when the cloud ends before it has sent what was awaited, and goes on when nothing was", () => {
    const early = new ReplayPlayer(session([send("a", 0, 0), send("b", 2, 0)], 2), { speed: 1 });
    early.connected(now(0));
    expect(early.ended(now(1))).toMatchObject([
      { type: "log", text: "gives up: the cloud has ended, 2 bytes too early" },
      { type: "end" },
      { type: "wake" },
    ]);
    expect(early.isComplete).toBe(false);
    const late = new ReplayPlayer(session([send("a", 0, 0), send("b", 0, 50)], 1), { speed: 1 });
    late.connected(now(0));
    expect(late.ended(now(1))).toEqual([{ type: "wake", afterMs: 49 }]);
    expect(late.woken(now(50)).map(({ type }) => type)).toEqual(["send", "log", "end", "wake"]);
    expect(late.isComplete).toBe(true);
  });

  it("resets where the device did", () => {
    const player = new ReplayPlayer(session([send("a", 0, 0), { action: { type: "reset" }, awaits: 0, pauseUs: 0 }]), {
      speed: 1,
    });
    expect(player.connected(now(0)).map(({ type }) => type)).toEqual(["send", "reset"]);
  });

  it("is complete when only an end was left, but not when nothing was connected", () => {
    const steps: readonly ReplayStep[] = [send("a", 0, 0), { action: { type: "end" }, awaits: 5, pauseUs: 0 }];
    const player = new ReplayPlayer(session(steps, 5), { speed: 1 });
    expect(player.isComplete).toBe(false);
    player.connected(now(0));
    expect(player.isComplete).toBe(true);
    expect(new ReplayPlayer(session([]), { speed: 1 }).isComplete).toBe(false);
  });
});
