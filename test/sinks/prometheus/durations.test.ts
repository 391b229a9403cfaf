import { describe, expect, it } from "vitest";
import { Durations } from "../../../src/sinks/prometheus/durations.js";

const metric = { name: "m_seconds", type: "histogram", help: "Some time", labels: ["relay", "direction"] } as const;

describe("durations with labels", () => {
  it("have one histogram a combination", () => {
    const durations = new Durations(metric);
    durations.of("roof", "up").observe(1);
    durations.of("roof", "up").observe(1);
    durations.of("roof", "down").observe(1);
    const family = durations.family();
    if (family.type !== "histogram") throw new Error("expected a histogram");
    const counts = family.histograms.map(({ labels, histogram }) => [labels, histogram.cumulative().at(-1)]);
    expect(counts).toEqual([
      [{ relay: "roof", direction: "up" }, 2],
      [{ relay: "roof", direction: "down" }, 1],
    ]);
  });

  it("beyond a limit are taken by one that nobody reads", () => {
    const durations = new Durations({ ...metric, labels: ["relay"] });
    for (let at = 0; at < 1_000; at += 1) durations.of(`relay-${at}`).observe(1);
    const family = durations.family();
    expect(family.type === "histogram" && family.histograms.length).toBe(500);
  });
});
