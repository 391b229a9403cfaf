import { describe, expect, it } from "vitest";
import { TrafficTotals } from "../../src/monitoring/traffic-totals.js";
import { sessionInfo } from "../support/capture-moments.js";

describe("totals of traffic", () => {
  it("are one for each relay, protocol and side", () => {
    const totals = new TrafficTotals();
    totals.of(sessionInfo("s-1"), "device").received += 5;
    totals.of(sessionInfo("s-2"), "device").received += 6;
    totals.of(sessionInfo("s-3"), "cloud").sent += 7;
    totals.of(sessionInfo("s-4", { relay: "pool", protocol: "websentry" }), "device").sent += 8;
    expect(totals.list()).toEqual([
      { relay: "deye", protocol: "blueprint", side: "device", received: 11, sent: 0 },
      { relay: "deye", protocol: "blueprint", side: "cloud", received: 0, sent: 7 },
      { relay: "pool", protocol: "websentry", side: "device", received: 0, sent: 8 },
    ]);
  });

  it("are no more than a bound, beyond which nothing is told", () => {
    const totals = new TrafficTotals();
    for (let at = 0; at < 2_000; at += 1) totals.of(sessionInfo("s", { relay: `relay ${at}` }), "device").sent += 1;
    expect(totals.list()).toHaveLength(1_024);
    expect(totals.list().at(-1)).toMatchObject({ relay: "relay 1023", sent: 1 });
  });
});
