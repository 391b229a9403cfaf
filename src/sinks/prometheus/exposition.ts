import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Family, Labels, Sample } from "./families.js";
import type { FixedHistogram } from "./fixed-histogram.js";

export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/**
 * Of the process's metrics, those that would look at every socket at each scrape, and whose names Prometheus's checker refuses: what is
 * open is counted by Cloudtap's own. And one that is 292 years before the first delay was measured.
 */
const unwanted = [
  "nodejs_active_handles",
  "nodejs_active_handles_total",
  "nodejs_active_requests",
  "nodejs_active_requests_total",
  "nodejs_active_resources",
  "nodejs_active_resources_total",
  "nodejs_eventloop_lag_min_seconds",
];
/** Often enough to see what delays the relay, seldom enough for a small processor to sleep. */
const eventLoopLookMs = 20;

/** Makes the text of a scrape. Loaded at the first one: prom-client is large, and measuring the event loop costs a little. */
export class ExpositionWriter {
  readonly #process = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.#process, eventLoopMonitoringPrecision: eventLoopLookMs });
    for (const name of unwanted) this.#process.removeSingleMetric(name);
  }

  /** In the order of the names, each name once. Families without a sample are left out. */
  async write(families: readonly Family[]): Promise<Exposition> {
    const registry = new Registry();
    for (const family of families.toSorted((a, b) => (a.name < b.name ? -1 : 1))) register(family, registry);
    const texts = await Promise.all([registry.metrics(), this.#process.metrics()]);
    return { contentType: registry.contentType, text: texts.join("\n") };
  }
}

function register(family: Family, registry: Registry): void {
  const { name, help } = family;
  const configuration = { name, help, registers: [registry] };
  if (family.type === "histogram") {
    if (family.histograms.length > 0) new FilledHistogram(configuration, family.histograms);
  } else if (family.samples.length > 0) {
    if (family.type === "counter") new FilledCounter(configuration, family.samples);
    else new FilledGauge(configuration, family.samples);
  }
}

type Configuration = { readonly name: string; readonly help: string; readonly registers: Registry[] };

/** Samples that are counted elsewhere, so that nothing is kept or looked up twice. */
class FilledGauge extends Gauge {
  readonly #samples: readonly Sample[];

  constructor(configuration: Configuration, samples: readonly Sample[]) {
    super(configuration);
    this.#samples = samples;
  }

  override async get() {
    return { ...(await super.get()), values: this.#samples.map(withText) };
  }
}

class FilledCounter extends Counter {
  readonly #samples: readonly Sample[];

  constructor(configuration: Configuration, samples: readonly Sample[]) {
    super(configuration);
    this.#samples = samples;
  }

  override async get() {
    return { ...(await super.get()), values: this.#samples.map(withText) };
  }
}

/** The registry makes the text of shared labels once for each object: a device has one for all its values. */
function withText({ labels, value }: Sample) {
  return { labels: {}, sharedLabels: labels, value };
}

type Histograms = readonly { readonly labels: Labels; readonly histogram: FixedHistogram }[];

class FilledHistogram extends Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #histograms: Histograms;

  constructor(configuration: Configuration, histograms: Histograms) {
    super(configuration);
    this.#name = configuration.name;
    this.#help = configuration.help;
    this.#histograms = histograms;
  }

  /** What a registry asks of a histogram; the types do not tell of it. */
  async getForPromString() {
    const values = this.#histograms.flatMap(({ labels, histogram }) => samplesOf(this.#name, labels, histogram));
    return { name: this.#name, help: this.#help, type: "histogram", values };
  }
}

function samplesOf(name: string, labels: Labels, histogram: FixedHistogram) {
  const counts = histogram.cumulative();
  const buckets = counts.map((value, at) => {
    const bound = histogram.bounds[at];
    const le = bound === undefined ? "+Inf" : String(bound);
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: histogram.sumSeconds },
    { metricName: `${name}_count`, labels, value: counts.at(-1) ?? 0 },
  ];
}
