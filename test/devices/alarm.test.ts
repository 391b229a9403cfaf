import { describe, expect, it } from "vitest";
import { Alarm } from "../../src/devices/alarm.js";
import { FakeClock } from "../support/fake-clock.js";

function setUp() {
  const clock = new FakeClock(0);
  const rings: number[] = [];
  const alarm = new Alarm(clock, () => rings.push(clock.now()));
  return { clock, rings, alarm };
}

describe("alarm", () => {
  it("rings once, at the earliest of all deadlines, with one timer", () => {
    const { clock, rings, alarm } = setUp();
    for (const at of [9_000, 5_000, 7_000]) alarm.setBy(at);
    expect(clock.pendingTimers).toBe(1);
    clock.advance(60_000);
    expect(rings).toEqual([5_000]);
  });

  it("can be set again while it rings", () => {
    const clock = new FakeClock(0);
    const rings: number[] = [];
    const alarm = new Alarm(clock, () => {
      rings.push(clock.now());
      if (rings.length < 3) alarm.setBy(clock.now() + 2_000);
    });
    alarm.setBy(1_000);
    clock.advance(60_000);
    expect(rings).toEqual([1_000, 3_000, 5_000]);
  });

  it("rings at once for a deadline that has passed, but not more than once a second", () => {
    const { clock, rings, alarm } = setUp();
    alarm.setBy(-5);
    clock.advance(10);
    alarm.setBy(20);
    clock.advance(5_000);
    expect(rings).toEqual([0, 1_000]);
  });

  it("looks again within an hour at deadlines that are far away", () => {
    const { clock, rings, alarm } = setUp();
    alarm.setBy(30 * 24 * 3_600_000);
    clock.advance(3_600_000);
    expect(rings).toEqual([3_600_000]);
  });

  it("is silent when it has no deadline or was cancelled", () => {
    const { clock, rings, alarm } = setUp();
    alarm.setBy(Number.POSITIVE_INFINITY);
    expect(clock.pendingTimers).toBe(0);
    alarm.setBy(1_000);
    alarm.cancel();
    clock.advance(10_000);
    expect(rings).toEqual([]);
  });
});
