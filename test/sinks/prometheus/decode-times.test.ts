import { describe, expect, it } from "vitest";
import { DecodeTimes } from "../../../src/sinks/prometheus/decode-times.js";
import { Durations } from "../../../src/sinks/prometheus/durations.js";
import { ownMetrics } from "../../../src/sinks/prometheus/own-metrics.js";

describe("times of decoding", () => {
  it("are taken of the first frame and of each fifth after it, of both kinds where two alternate", () => {
    const times = new DecodeTimes(new Durations(ownMetrics.decodeDuration));
    const due = Array.from({ length: 12 }, (_, frame) => (times.isDue() ? frame : undefined));
    expect(due.filter((frame) => frame !== undefined)).toEqual([0, 5, 10]);
  });

  it("are counted by protocol", () => {
    const durations = new Durations(ownMetrics.decodeDuration);
    const times = new DecodeTimes(durations);
    times.decoded("solarman", 1);
    times.decoded("solarman", 2);
    times.decoded("envoy", 3);
    expect(durations.of("solarman").sumSeconds).toBeCloseTo(0.003, 9);
    expect(durations.of("envoy").cumulative().at(-1)).toBe(1);
  });
});
