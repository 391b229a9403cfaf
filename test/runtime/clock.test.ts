import { describe, expect, it } from "vitest";
import { type Clock, systemClock } from "../../src/runtime/clock.js";
import { FakeClock } from "../support/fake-clock.js";

describe("system clock", () => {
  it("runs what is due, but not what was cancelled", async () => {
    const journal: string[] = [];
    await new Promise<void>((resolve) => {
      const cancel = systemClock.after(0, () => journal.push("cancelled"));
      cancel();
      systemClock.after(1, () => {
        journal.push("due");
        resolve();
      });
      // The clock's own timers keep no process alive, nor this test.
      const alive = setInterval(() => journal.length > 0 && clearInterval(alive), 1);
    });
    expect(journal).toEqual(["due"]);
  });

  it("tells the time", () => {
    expect(systemClock.now()).toBeGreaterThan(Date.UTC(2024, 0, 1));
  });
});

describe("fake clock", () => {
  it("runs what falls due in order, each at its own time", () => {
    const fake = new FakeClock(0);
    const clock: Clock = fake;
    const journal: string[] = [];
    clock.after(20, () => journal.push(`second at ${clock.now()}`));
    clock.after(10, () => {
      journal.push(`first at ${clock.now()}`);
      clock.after(5, () => journal.push(`inner at ${clock.now()}`));
    });
    const cancel = clock.after(12, () => journal.push("cancelled"));
    cancel();
    fake.advance(30);
    expect(journal).toEqual(["first at 10", "inner at 15", "second at 20"]);
    expect([clock.now(), fake.pendingTimers]).toEqual([30, 0]);
  });
});
