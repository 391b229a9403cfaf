import { describe, expect, it } from "vitest";
import { FrameLane } from "../../src/relay/frame-lane.js";
import { Guard } from "../../src/runtime/guard.js";
import { encodeAnswer } from "../support/blueprint/encoder.js";
import { blueprint } from "../support/blueprint/index.js";
import { FakeClock } from "../support/fake-clock.js";
import { recordLog } from "../support/log-recorder.js";

const frame = encodeAnswer(7, 1, 1);

function setUp() {
  const guard = new Guard(recordLog().log, "test");
  const splitter = blueprint.createSplitter("device-to-cloud");
  return { clock: new FakeClock(), lane: new FrameLane(splitter, guard), splitter, guard };
}

describe("a frame lane", () => {
  it("gives out frames that outlive the chunk", () => {
    const { lane, clock } = setUp();
    const chunk = Buffer.from(frame);
    const frames = lane.push(chunk, clock.now());
    chunk.fill(0);
    expect(frames).toHaveLength(1);
    expect(Buffer.from(frames[0]?.bytes ?? []).toString("hex")).toBe(frame.toString("hex"));
    expect(lane.staleAt).toBe(Number.POSITIVE_INFINITY);
  });

  it("tells when half a frame has waited too long, and gives it out as it came", () => {
    const { lane, clock, splitter } = setUp();
    lane.push(frame.subarray(0, 5), clock.now());
    expect([lane.hasHalfFrame, lane.staleAt]).toEqual([true, clock.now() + splitter.staleAfterMs]);
    expect(lane.flush(clock.now())).toMatchObject([{ whole: false }]);
    expect(lane.hasHalfFrame).toBe(false);
  });

  it("gives out nothing when a splitter throws, and says so", () => {
    const { guard, clock } = setUp();
    const broken = {
      ...{ push: () => [], end: () => [], pendingBytes: 0, staleAfterMs: 0 },
      push: () => {
        throw new Error("broken");
      },
    };
    expect(new FrameLane(broken, guard).push(frame, clock.now())).toEqual([]);
    expect(guard.failures).toBe(1);
  });
});
