import { describe, expect, it } from "vitest";
import type { EpochMs } from "../../../src/model/time.js";
import { AnomalyLimit } from "../../../src/sinks/splunk/anomaly-limit.js";

const time = (s: number) => (s * 1000) as EpochMs;

describe("AnomalyLimit", () => {
  it("lets ten of a kind pass in a minute, and says with the next how many it left out", () => {
    const limit = new AnomalyLimit();
    const first = Array.from({ length: 25 }, (_unused, n) => limit.admit("a", time(n)));
    expect(first).toEqual([...Array(10).fill(0), ...Array(15).fill(undefined)]);
    expect(limit.admit("a", time(60))).toBe(15);
    expect(limit.admit("a", time(61))).toBe(0);
  });

  it("counts each kind by itself", () => {
    const limit = new AnomalyLimit();
    for (let n = 0; n < 11; n += 1) limit.admit("a", time(1));
    expect(limit.admit("b", time(1))).toBe(0);
  });

  it("begins anew when the clock was set back", () => {
    const limit = new AnomalyLimit();
    for (let n = 0; n < 11; n += 1) limit.admit("a", time(1_000));
    expect(limit.admit("a", time(10))).toBe(1);
  });

  it("knows a bounded number of kinds and forgets the oldest", () => {
    const limit = new AnomalyLimit();
    for (let n = 0; n < 11; n += 1) limit.admit("first", time(1));
    expect(limit.admit("first", time(1))).toBeUndefined();
    for (let n = 0; n < 1_000; n += 1) limit.admit(`kind ${n}`, time(1));
    expect(limit.admit("first", time(1))).toBe(0);
  });
});
