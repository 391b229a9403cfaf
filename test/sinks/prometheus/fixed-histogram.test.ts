import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FixedHistogram } from "../../../src/sinks/prometheus/fixed-histogram.js";

describe("a histogram of fixed buckets", () => {
  it("counts a duration into the bucket whose end it does not pass", () => {
    const histogram = new FixedHistogram([0.001, 0.01]);
    for (const ms of [0.5, 1, 1.1, 10, 11]) histogram.observe(ms);
    expect(histogram.cumulative()).toEqual([2, 4, 5]);
    expect(histogram.sumSeconds).toBeCloseTo(0.0236, 12);
  });

  it("has only zeros before the first", () => {
    const histogram = new FixedHistogram([0.001]);
    expect(histogram.cumulative()).toEqual([0, 0]);
    expect(histogram.sumSeconds).toBe(0);
  });

  it("never loses one, and never counts down from one bucket to the next", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true })), (durations) => {
        const histogram = new FixedHistogram([0.00001, 0.001, 1]);
        for (const ms of durations) histogram.observe(ms);
        const counts = histogram.cumulative();
        expect(counts.at(-1)).toBe(durations.length);
        expect(counts).toEqual(counts.toSorted((a, b) => a - b));
      }),
    );
  });
});
