import { describe, expect, it } from "vitest";
import { BirthWatch } from "../../../../src/sinks/mqtt/homeassistant/birth.js";
import { FakeClock } from "../../../support/fake-clock.js";

describe("Home Assistant's birth message", () => {
  function setUp(chance = 0.5) {
    const clock = new FakeClock();
    let births = 0;
    const watch = new BirthWatch(
      clock,
      () => chance,
      () => {
        births += 1;
      },
    );
    return { clock, watch, births: () => births };
  }

  it("is answered after a random wait", () => {
    for (const [chance, waitMs] of [
      [0, 500],
      [1, 3000],
    ] as const) {
      const { clock, watch, births } = setUp(chance);
      watch.message(Buffer.from("online"), false);
      clock.advance(waitMs - 1);
      expect(births()).toBe(0);
      clock.advance(1);
      expect(births()).toBe(1);
    }
  });

  it("is answered once where it comes twice in a row, and again later", () => {
    const { clock, watch, births } = setUp();
    watch.message(Buffer.from("online"), false);
    watch.message(Buffer.from("online"), false);
    clock.advance(10_000);
    expect(births()).toBe(1);
    watch.message(Buffer.from("online"), false);
    clock.advance(10_000);
    expect(births()).toBe(2);
  });

  it("is not taken from a retained copy, nor is another word", () => {
    const { clock, watch, births } = setUp();
    watch.message(Buffer.from("online"), true);
    watch.message(Buffer.from("offline"), false);
    clock.advance(10_000);
    expect(births()).toBe(0);
  });

  it("is not answered after the end", () => {
    const { clock, watch, births } = setUp();
    watch.message(Buffer.from("online"), false);
    watch.stop();
    clock.advance(10_000);
    expect(births()).toBe(0);
  });
});
