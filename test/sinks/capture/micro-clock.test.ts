import { describe, expect, it } from "vitest";
import { MicroClock } from "../../../src/sinks/capture/micro-clock.js";
import { FakeClock } from "../../support/fake-clock.js";

function setUp() {
  const wall = new FakeClock();
  const begin = wall.now() * 1_000;
  let elapsedMs = 1_234.5;
  const clock = new MicroClock(wall, () => elapsedMs);
  return {
    wall,
    /** Microseconds since the beginning. */
    passed: () => clock.now() - begin,
    /** Both clocks go on; the second may differ. */
    advance(ms: number, otherMs = ms) {
      wall.advance(ms);
      elapsedMs += otherMs;
    },
  };
}

describe("time in microseconds", () => {
  it("begins with the wall clock's", () => {
    expect(setUp().passed()).toBe(0);
  });

  it("divides the wall clock's milliseconds", () => {
    const { passed, advance } = setUp();
    advance(0, 0.25);
    expect(passed()).toBe(250);
    advance(1, 0.75);
    expect(passed()).toBe(1_000);
  });

  it("never steps back while both clocks go on", () => {
    const { passed, advance } = setUp();
    let before = passed();
    for (let step = 0; step < 500; step += 1) {
      // The wall clock shows whole milliseconds only.
      advance(step % 3 === 0 ? 1 : 0, 1 / 3);
      const now = passed();
      expect(now).toBeGreaterThanOrEqual(before);
      before = now;
    }
  });

  it("follows the wall clock where that is set", () => {
    const { passed, advance } = setUp();
    advance(3_600_000, 10);
    expect(passed()).toBe(3_600_000_000);
    advance(1, 1);
    expect(passed()).toBe(3_600_001_000);
  });

  it("gives whole numbers", () => {
    const { passed, advance } = setUp();
    advance(0, 0.123_456);
    expect(Number.isInteger(passed())).toBe(true);
  });
});
