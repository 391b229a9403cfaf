import { describe, expect, it } from "vitest";
import { createFrameLog, type FrameLogPorts, type KeptFrame } from "../../src/monitoring/frame-log.js";
import { createBus } from "../../src/runtime/bus.js";
import { openedAt, sessionInfo } from "../support/capture-moments.js";
import { FakeClock } from "../support/fake-clock.js";
import { recordLog } from "../support/log-recorder.js";
import { closedOf, frameOf } from "../support/session-messages.js";

function setUp(given: Partial<FrameLogPorts> = {}) {
  const clock = new FakeClock(openedAt);
  const logs = recordLog();
  const bus = createBus(logs.log);
  const frames = createFrameLog({ bus, clock, log: logs.log, ...given });
  const open = (id: string) => {
    const session = sessionInfo(id);
    bus.publish({ type: "session-opened", session });
    return session;
  };
  return { clock, logs, bus, frames, open };
}

const numbers = (frames: readonly KeptFrame[]) => frames.map(({ number }) => number);
const textOf = ({ data }: KeptFrame) => Buffer.from(data).toString();

describe("the log of frames", () => {
  it("keeps what each frame was, and a copy of its bytes", () => {
    const { bus, clock, frames, open } = setUp();
    const session = open("s-1");
    const data = Buffer.from("hello");
    bus.publish(frameOf(session, data));
    data.fill(0);
    clock.advance(1_000);
    const answer = { direction: "cloud-to-device", role: "acknowledgement", label: "time" } as const;
    bus.publish(frameOf(session, "yes", { ...answer, own: true }));
    bus.publish(frameOf(session, "no", { ...answer, role: "command", blocked: "protected" }));
    const [first, second, third, ...others] = frames.framesOf("s-1");
    const common = { session: "s-1", number: 1, at: openedAt };
    expect(first).toEqual({
      ...{ ...common, direction: "device-to-cloud", role: "report", label: "data", bytes: 5 },
      data: Uint8Array.from(Buffer.from("hello")),
    });
    expect(second).toMatchObject({ ...answer, number: 2, at: openedAt + 1_000, own: true });
    expect(second).not.toHaveProperty("blocked");
    expect(third).toMatchObject({ number: 3, blocked: "protected" });
    expect(others).toEqual([]);
  });

  it("keeps the newest of a session within its share, and counts on beyond 255", () => {
    const { bus, frames, open } = setUp();
    const [busy, quiet] = [open("s-1"), open("s-2")];
    bus.publish(frameOf(quiet, "quiet"));
    for (let at = 1; at <= 700; at += 1) bus.publish(frameOf(busy, `frame ${at}`));
    const kept = frames.framesOf("s-1");
    expect(kept.length).toBeGreaterThan(150);
    expect(kept.length).toBeLessThanOrEqual(300);
    expect(numbers(kept)).toEqual(kept.map((_, at) => 701 - kept.length + at));
    expect(kept.map(textOf)).toEqual(kept.map(({ number }) => `frame ${number}`));
    expect(frames.framesOf("s-2").map(textOf)).toEqual(["quiet"]);
  });

  it("keeps no more than 300 frames of a session, however small", () => {
    const { bus, frames, open } = setUp({ maxBytesASession: 1_000_000 });
    const session = open("s-1");
    for (let at = 1; at <= 400; at += 1) bus.publish(frameOf(session, "a"));
    expect(numbers(frames.framesOf("s-1"))).toEqual(Array.from({ length: 300 }, (_, at) => at + 101));
  });

  it("cuts a large frame, and tells how long it was", () => {
    const { bus, frames, open } = setUp();
    const session = open("s-1");
    bus.publish(frameOf(session, new Uint8Array(100_000).fill(7)));
    const [frame] = frames.framesOf("s-1");
    expect([frame?.bytes, frame?.data]).toEqual([100_000, new Uint8Array(8_192).fill(7)]);
  });

  it("lets newer frames of others push out the oldest of all, closed sessions among them", () => {
    const { bus, frames, open } = setUp({ maxBytes: 64 * 1024 });
    const old = open("s-0");
    bus.publish(frameOf(old, new Uint8Array(8_000)));
    bus.publish(closedOf(old));
    expect(frames.framesOf("s-0")).toHaveLength(1);
    for (let at = 1; at <= 10; at += 1) bus.publish(frameOf(open(`s-${at}`), new Uint8Array(8_000)));
    expect(frames.framesOf("s-0")).toEqual([]);
    const kept = Array.from({ length: 11 }, (_, at) => frames.framesOf(`s-${at}`).length);
    expect(kept).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1]);
  });

  it("counts on in a session whose frames were all pushed out", () => {
    const { bus, frames, open } = setUp({ maxBytes: 64 * 1024 });
    const [quiet, busy] = [open("s-1"), open("s-2")];
    bus.publish(frameOf(quiet, "a"));
    for (let at = 0; at < 300; at += 1) bus.publish(frameOf(busy, new Uint8Array(1_000)));
    expect(frames.framesOf("s-1")).toEqual([]);
    bus.publish(frameOf(quiet, "b"));
    expect(numbers(frames.framesOf("s-1"))).toEqual([2]);
  });

  it("does not let a few frames of quiet sessions keep the memory of all that passed beside them", () => {
    const { bus, frames, open } = setUp({ maxBytes: 256 * 1024, maxBytesASession: 16 * 1024 });
    const busy = open("busy");
    for (let at = 0; at < 100; at += 1) {
      bus.publish(frameOf(open(`quiet-${at}`), "q"));
      for (let more = 0; more < 2; more += 1) bus.publish(frameOf(busy, new Uint8Array(8_000)));
    }
    const kept = Array.from({ length: 100 }, (_, at) => frames.framesOf(`quiet-${at}`).length);
    const count = kept.reduce((sum, each) => sum + each, 0);
    expect(count).toBeLessThanOrEqual(17);
    expect(kept.slice(100 - count)).toEqual(Array(count).fill(1));
    expect(frames.framesOf("busy").length).toBeGreaterThan(0);
  });

  it("keeps nothing of sessions that it never saw open", () => {
    const { bus, frames } = setUp();
    bus.publish(frameOf(sessionInfo("s-1"), "a"));
    bus.publish(closedOf(sessionInfo("s-1")));
    expect(frames.framesOf("s-1")).toEqual([]);
  });
});

describe("watching frames", () => {
  it("tells of those of one session as they come, until one leaves", () => {
    const { bus, frames, open } = setUp();
    const [session, other] = [open("s-1"), open("s-2")];
    const told: string[] = [];
    const leave = frames.watch("s-1", (frame) => told.push(`${frame.number} ${textOf(frame)}`));
    bus.publish(frameOf(session, "a"));
    bus.publish(frameOf(other, "b"));
    bus.publish(frameOf(session, "c"));
    leave();
    bus.publish(frameOf(session, "d"));
    expect(told).toEqual(["1 a", "2 c"]);
  });

  it("tells the others where one watcher fails, and keeps the frame", () => {
    const { bus, frames, logs, open } = setUp();
    const session = open("s-1");
    const told: string[] = [];
    frames.watch("s-1", () => {
      throw new Error("a fault of the watcher");
    });
    const leave = frames.watch("s-1", (frame) => told.push(textOf(frame)));
    bus.publish(frameOf(session, "a"));
    leave();
    bus.publish(frameOf(session, "b"));
    expect(told).toEqual(["a"]);
    expect(frames.framesOf("s-1").map(textOf)).toEqual(["a", "b"]);
    expect(logs.of("internal fault", "error")).toHaveLength(1);
  });
});
