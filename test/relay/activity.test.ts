import { describe, expect, it } from "vitest";
import { Activity } from "../../src/relay/activity.js";
import type { Clock } from "../../src/runtime/clock.js";
import { FakeClock } from "../support/fake-clock.js";
import { recordLog } from "../support/log-recorder.js";

function setUp() {
  const clock = new FakeClock();
  const logs = recordLog();
  const changes: string[] = [];
  const activity: Activity = new Activity(900_000, logs.log, clock, () => changes.push(activity.status));
  activity.start();
  return { clock, logs, changes, activity };
}

describe("activity of a relay", () => {
  it("E23: waits, then warns once that nothing came", () => {
    const { clock, logs, changes, activity } = setUp();
    clock.advance(899_999);
    expect(activity.status).toBe("waiting");
    clock.advance(5_000_000);
    expect(changes).toEqual(["silent"]);
    expect(logs.of("still waiting for the first report", "warn")).toMatchObject([{ silentForS: 900 }]);
    expect(clock.pendingTimers).toBe(0);
  });

  it("stays active while signs come in time", () => {
    const { clock, changes, activity } = setUp();
    for (let i = 0; i < 10; i += 1) {
      activity.sign();
      clock.advance(800_000);
    }
    expect(changes).toEqual(["active"]);
  });

  it("counts silence from the last sign, tells it without a warning, and comes back", () => {
    const { clock, logs, changes, activity } = setUp();
    clock.advance(500_000);
    activity.sign();
    clock.advance(899_999);
    expect(activity.status).toBe("active");
    clock.advance(1);
    expect(activity.status).toBe("silent");
    activity.sign();
    clock.advance(900_000);
    expect(changes).toEqual(["active", "silent", "active", "silent"]);
    expect(logs.lines.filter((line) => line.level > 30)).toEqual([]);
  });

  it("waits for a month without a timer longer than Node can take", () => {
    const clock = new FakeClock();
    const delays: number[] = [];
    const watched: Clock = {
      now: () => clock.now(),
      after: (delayMs, run) => {
        delays.push(delayMs);
        return clock.after(delayMs, run);
      },
    };
    const monthMs = 30 * 86_400_000;
    const activity = new Activity(monthMs, recordLog().log, watched, () => undefined);
    activity.start();
    clock.advance(monthMs - 1);
    expect(activity.status).toBe("waiting");
    clock.advance(1);
    expect(activity.status).toBe("silent");
    expect(Math.max(...delays)).toBeLessThan(2 ** 31);
  });

  it("leaves no timer behind", () => {
    const { clock, activity } = setUp();
    activity.stop();
    expect(clock.pendingTimers).toBe(0);
  });
});
