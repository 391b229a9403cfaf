import { describe, expect, it } from "vitest";
import { LabelledCounter } from "../../../src/sinks/prometheus/labelled-counter.js";

describe("a counter with labels", () => {
  it("counts each combination apart", () => {
    const counter = new LabelledCounter(["relay", "kind"]);
    counter.add(["roof", "garbage"]);
    counter.add(["roof", "bad_checksum"]);
    counter.add(["roof", "garbage"], 3);
    counter.add(["pool", "garbage"]);
    expect(counter.samples()).toEqual([
      { labels: { relay: "roof", kind: "garbage" }, value: 4 },
      { labels: { relay: "roof", kind: "bad_checksum" }, value: 1 },
      { labels: { relay: "pool", kind: "garbage" }, value: 1 },
    ]);
  });

  it("has no samples before the first", () => {
    expect(new LabelledCounter(["relay"]).samples()).toEqual([]);
  });

  it("takes only so many label values, and goes on counting those it has", () => {
    const counter = new LabelledCounter(["kind"]);
    for (let at = 0; at < 5_000; at += 1) counter.add([`kind-${at}`]);
    counter.add(["kind-0"]);
    const samples = counter.samples();
    expect(samples.length).toBe(2_000);
    expect(samples[0]).toEqual({ labels: { kind: "kind-0" }, value: 2 });
  });
});
