import { describe, expect, it } from "vitest";
import { firstDelayMs, RetryDelay } from "../../../src/relay/cloud/retry-delay.js";

describe("the wait before a cloud is tried again", () => {
  it("doubles from three reply timeouts to sixty, and begins anew once something worked", () => {
    const delay = new RetryDelay(10_000, () => 0.5);
    const waits = Array.from({ length: 7 }, () => delay.next() / 1000);
    expect(waits).toEqual([30, 60, 120, 240, 480, 600, 600]);
    delay.reset();
    expect(delay.next()).toBe(firstDelayMs(10_000));
  });

  it("differs by a fifth either way, so that many do not come at once", () => {
    expect([0, 1].map((random) => Math.round(new RetryDelay(10_000, () => random).next()))).toEqual([24_000, 36_000]);
  });
});
