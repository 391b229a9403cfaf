import { protocols } from "../../../src/protocols/registry.js";
import { ExpositionWriter } from "../../../src/sinks/prometheus/exposition.js";
import { type OwnMetric, ownMetrics } from "../../../src/sinks/prometheus/own-metrics.js";
import { deviceMetrics } from "../../../tools/reference/device-metrics.js";

/** Added by Prometheus itself. */
const target = ["job", "instance"];
const deviceLabels = ["device", "relay", "protocol", "channel", ...target];

/** Every metric that there is, by the name of its series, with its labels. */
export async function metricLabels(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const known = new Map<string, ReadonlySet<string>>();
  const own: readonly OwnMetric[] = Object.values(ownMetrics);
  for (const { name, type, labels } of own) {
    const all = new Set([...labels, ...target]);
    if (type !== "histogram") known.set(name, all);
    else for (const end of ["_sum", "_count"]) known.set(`${name}${end}`, all);
    if (type === "histogram") known.set(`${name}_bucket`, new Set([...all, "le"]));
  }
  for (const { definition } of protocols.flatMap(deviceMetrics)) {
    known.set(definition.name, new Set(deviceLabels));
    if (definition.info !== undefined) known.set(definition.info.name, new Set([...deviceLabels, "state"]));
  }
  const { text } = await new ExpositionWriter().write([]);
  for (const [, name = ""] of text.matchAll(/^# TYPE (\S+)/gm)) known.set(name, new Set(target));
  return known;
}
