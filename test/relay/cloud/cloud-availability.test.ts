import { describe, expect, it } from "vitest";
import { CloudAvailability } from "../../../src/relay/cloud/cloud-availability.js";
import { FakeClock } from "../../support/fake-clock.js";

const replyTimeoutMs = 10_000;

/** Without jitter: half of the random range. */
function setUp() {
  const clock = new FakeClock();
  return { clock, availability: new CloudAvailability(clock, replyTimeoutMs, () => 0.5) };
}

describe("the availability of a cloud", () => {
  it("lets everybody through while nothing is known against it", () => {
    const { availability } = setUp();
    expect([availability.mayTry("a"), availability.mayTry("a"), availability.isAway("a")]).toEqual([true, true, false]);
  });

  it("lets one through every half minute while it cannot be reached, and less often later", () => {
    const { clock, availability } = setUp();
    expect([availability.unreachable(), availability.unreachable()]).toEqual([true, false]);
    expect([availability.mayTry("a"), availability.mayTry("b")]).toEqual([false, false]);
    clock.advance(30_000);
    expect([availability.mayTry("a"), availability.mayTry("b")]).toEqual([true, false]);
    clock.advance(59_999);
    expect(availability.mayTry("b")).toBe(false);
    clock.advance(1);
    expect(availability.mayTry("b")).toBe(true);
  });

  it("never waits longer than ten minutes", () => {
    const { clock, availability } = setUp();
    availability.unreachable();
    for (let round = 0; round < 10; round += 1) {
      clock.advance(600_000);
      expect(availability.mayTry("a")).toBe(true);
    }
    expect(availability.retryAt("a") - clock.now()).toBe(600_000);
  });

  it("keeps what concerns one address from the others", () => {
    const { clock, availability } = setUp();
    expect([availability.failedFor("a"), availability.failedFor("a")]).toEqual([true, false]);
    expect([availability.mayTry("a"), availability.mayTry("b"), availability.mayTry()]).toEqual([false, true, true]);
    expect([availability.answered("a"), availability.answered("a")]).toEqual([true, false]);
    expect(availability.mayTry("a")).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  it("calls back whoever waits once it can be reached, spread over two seconds", () => {
    const { clock, availability } = setUp();
    const called: string[] = [];
    availability.unreachable();
    availability.whenBack(() => called.push("first"));
    const leave = availability.whenBack(() => called.push("second"));
    leave();
    availability.reached();
    availability.reached();
    expect(called).toEqual([]);
    clock.advance(1_000);
    expect(called).toEqual(["first"]);
    expect(availability.isAway("a")).toBe(false);
  });

  it("forgets the oldest addresses beyond ten thousand", () => {
    const { availability } = setUp();
    for (let index = 0; index <= 10_000; index += 1) availability.failedFor(String(index));
    expect([availability.isAway("0"), availability.isAway("1"), availability.isAway("10000")]).toEqual([
      false,
      true,
      true,
    ]);
  });
});
