import { describe, expect, it } from "vitest";
import { ExpositionWriter } from "../../../src/sinks/prometheus/exposition.js";
import type { Family } from "../../../src/sinks/prometheus/families.js";
import { FixedHistogram } from "../../../src/sinks/prometheus/fixed-histogram.js";

const writer = new ExpositionWriter();

async function linesOf(families: readonly Family[]): Promise<readonly string[]> {
  const { text } = await writer.write(families);
  return text.split("\n").filter((line) => !/^(# (HELP|TYPE) )?(process|nodejs)_/.test(line) && line !== "");
}

describe("the text of a scrape", () => {
  it("has HELP and TYPE of each name once, names in order", async () => {
    const lines = await linesOf([
      { type: "gauge", name: "b_volts", help: "Second", samples: [{ labels: { device: "x" }, value: 230.5 }] },
      {
        ...{ type: "counter", name: "a_total", help: "First" },
        samples: [
          { labels: { device: "x" }, value: 1 },
          { labels: { device: "y" }, value: 2 },
        ],
      },
    ]);
    expect(lines).toEqual([
      "# HELP a_total First",
      "# TYPE a_total counter",
      'a_total{device="x"} 1',
      'a_total{device="y"} 2',
      "# HELP b_volts Second",
      "# TYPE b_volts gauge",
      'b_volts{device="x"} 230.5',
    ]);
  });

  it("leaves out what has no samples", async () => {
    expect(await linesOf([{ type: "gauge", name: "empty", help: "Nothing", samples: [] }])).toEqual([]);
    expect(await linesOf([{ type: "histogram", name: "empty", help: "Nothing", histograms: [] }])).toEqual([]);
  });

  it("escapes label values", async () => {
    const samples = [{ labels: { name: 'a "b" \\ c\nd' }, value: 1 }];
    const lines = await linesOf([{ type: "gauge", name: "info", help: "H", samples }]);
    expect(lines.at(-1)).toBe('info{name="a \\"b\\" \\\\ c\\nd"} 1');
  });

  it("has the buckets, sum and count of a histogram", async () => {
    const histogram = new FixedHistogram([0.001, 0.5]);
    histogram.observe(0.5);
    histogram.observe(2_000);
    const histograms = [{ labels: { relay: "roof" }, histogram }];
    expect(await linesOf([{ type: "histogram", name: "t_seconds", help: "Time", histograms }])).toEqual([
      "# HELP t_seconds Time",
      "# TYPE t_seconds histogram",
      't_seconds_bucket{relay="roof",le="0.001"} 1',
      't_seconds_bucket{relay="roof",le="0.5"} 1',
      't_seconds_bucket{relay="roof",le="+Inf"} 2',
      't_seconds_sum{relay="roof"} 2.0005',
      't_seconds_count{relay="roof"} 2',
    ]);
  });

  it("has memory, processor time and event loop delay, and nothing that looks at every socket", async () => {
    const { text, contentType } = await writer.write([]);
    expect(contentType).toBe("text/plain; version=0.0.4; charset=utf-8");
    for (const name of [
      "process_resident_memory_bytes",
      "process_cpu_seconds_total",
      "nodejs_eventloop_lag_p99_seconds",
    ])
      expect(text).toMatch(new RegExp(`^${name} `, "m"));
    expect(text).not.toContain("nodejs_active_");
    expect(text).not.toContain("nodejs_eventloop_lag_min_seconds");
  });
});
