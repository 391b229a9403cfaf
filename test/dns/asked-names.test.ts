import { describe, expect, it } from "vitest";
import { AskedNames } from "../../src/dns/asked-names.js";
import { FakeClock } from "../support/fake-clock.js";

describe("who asked for vendors' names", () => {
  it("is counted by address and name, with the last time", () => {
    const clock = new FakeClock();
    const asked = new AskedNames();
    expect(asked.note("192.168.1.50", "a.example", clock.now())).toBe(true);
    expect(asked.note("192.168.1.51", "a.example", clock.now())).toBe(true);
    clock.advance(1_000);
    expect(asked.note("192.168.1.50", "a.example", clock.now())).toBe(false);
    expect(asked.list()).toEqual([
      { address: "192.168.1.51", name: "a.example", at: clock.now() - 1_000, times: 1 },
      { address: "192.168.1.50", name: "a.example", at: clock.now(), times: 2 },
    ]);
  });

  it("is kept for 256; who has been quiet for longest is dropped", () => {
    const now = new FakeClock().now();
    const asked = new AskedNames();
    for (let index = 0; index < 256; index += 1) asked.note(`10.0.0.${index}`, "a.example", now);
    asked.note("10.0.0.0", "a.example", now);
    asked.note("10.0.1.0", "a.example", now);
    expect(asked.list()).toHaveLength(256);
    const kept = asked.list().map(({ address }) => address);
    expect(kept).toContain("10.0.0.0");
    expect(kept).not.toContain("10.0.0.1");
  });
});
