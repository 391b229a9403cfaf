import type { Family, Labels } from "./families.js";
import { FixedHistogram } from "./fixed-histogram.js";
import type { OwnMetric } from "./own-metrics.js";

/** Seconds, from what a small frame takes to what a user notices. */
const bounds = [
  ...[0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005],
  ...[0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
];
/** Relays and protocols are those of the configuration; more is a fault. */
const seriesLimit = 500;

/** A histogram with labels. Who observes often keeps the one of its labels. */
export class Durations {
  readonly #metric: OwnMetric;
  readonly #series = new Map<string, { readonly labels: Labels; readonly histogram: FixedHistogram }>();

  constructor(metric: OwnMetric) {
    this.#metric = metric;
  }

  /** `values` in the order of the metric's labels. */
  of(...values: readonly string[]): FixedHistogram {
    const key = values.length === 1 ? (values[0] ?? "") : values.join("\n");
    const known = this.#series.get(key);
    if (known !== undefined) return known.histogram;
    const labels = Object.fromEntries(this.#metric.labels.map((label, at) => [label, values[at] ?? ""]));
    const histogram = new FixedHistogram(bounds);
    if (this.#series.size < seriesLimit) this.#series.set(key, { labels, histogram });
    return histogram;
  }

  family(): Family {
    const { name, help } = this.#metric;
    return { type: "histogram", name, help, histograms: [...this.#series.values()] };
  }
}
