import { protocols } from "../../src/protocols/registry.js";
import type { PropertyRow } from "../../src/protocols/websentry/properties/row.js";
import { properties } from "../../src/protocols/websentry/properties.js";
import { hexId } from "../../src/protocols/websentry/property-table.js";
import type { MetricDefinition } from "../../src/sinks/prometheus/definition.js";
import { deviceMetrics } from "./device-metrics.js";

/** Value types that the earlier exporter showed as numbers; undefined where the type was never seen. */
const numericTypes = [undefined, 0x02, 0x03, 0x06, 0x08, 0x09];

/** Properties that have a name here and had none there. */
const namedHere = [0x0120, 0x0286, 0x0c01] as const;
/** Blocks of analog outputs, digital inputs and digital outputs: all but the blower's speed, 0x0701. */
const namedHereBlocks = [0x07, 0x08, 0x09] as const;

/** How the names of websentry-mitm-prometheus-exporter are found here, as a table for docs/metrics-reference.md. */
export function renderEarlierNames(): string {
  return `## Names of the earlier WebSentry exporter

What [websentry-mitm-prometheus-exporter](https://github.com/bradfitz/websentry-mitm-prometheus-exporter) called a value, what it is called here,
and what to put into a panel to see the figure of before. It served one unit, without labels, in the unit's own units; with several units
here, add \`device="websentry_…"\` to each.

| There | Here | The figure of before |
|---|---|---|
| \`websentry_mitm_uptime\` | \`cloudtap_start_time_seconds\` | \`time() - cloudtap_start_time_seconds\` |
| \`sessions_started\` | \`cloudtap_sessions_started_total\` | \`sum(cloudtap_sessions_started_total{protocol="websentry"})\` |
| \`sessions_ended\` | \`cloudtap_sessions_ended_total\` | \`sum(cloudtap_sessions_ended_total{protocol="websentry"})\` |
${earlierNames().map(renderName).join("\n")}
| \`prop_0xNNNN\`, any other | \`cloudtap_websentry_prop_0xNNNN\` | the same |

- Setpoints stood in the unit that the unit showed; here they are in celsius whatever it shows. The expressions are for a unit that shows °F.
- An input that is wired to nothing was 2 there, a value that is not in use 0; here both are left out.
- Where two numbers mean the same word the smaller one is shown: 0 in place of 6 for a port that is *None*, 4 in place of 6 for a
  \`state_1227\` that is *Running*.
- An enumerated value has its number as before. Besides, a metric of the same name with \`_info\` at its end says it in words:
  \`cloudtap_websentry_system_mode_info{state="Normal"} 1\`.
- What was below zero showed there as 65,536 more.
`;
}

export interface EarlierName {
  readonly earlier: string;
  readonly definition: MetricDefinition;
}

/** Names of the earlier exporter that stand for a property with a name here, in the order of the properties. */
export function earlierNames(): readonly EarlierName[] {
  const websentry = protocols.find(({ name }) => name === "websentry");
  if (websentry === undefined) return [];
  const byKey = new Map(deviceMetrics(websentry).map(({ entity, definition }) => [entity.key, definition]));
  return properties
    .filter((row) => numericTypes.includes(row.type) && row.group !== "init" && !row.key.startsWith("prop_"))
    .flatMap((row) => {
      const definition = byKey.get(row.key);
      return definition === undefined ? [] : [{ earlier: earlierName(row), definition }];
    });
}

function earlierName({ id, key, sourceName }: PropertyRow): string {
  if (sourceName !== undefined) return sourceName;
  const isNamedHere = namedHere.some((one) => one === id) || namedHereBlocks.some((block) => block === id >> 8);
  return isNamedHere && id !== 0x0701 ? `prop_${hexId(id)}` : key;
}

function renderName({ earlier, definition }: EarlierName): string {
  const { name, channel, info } = definition;
  const series = channel === "" ? name : `${name}{channel="${channel}"}`;
  const figure = back(series, definition);
  const words = info === undefined ? "" : ` and \`${info.name}\``;
  return `| \`${earlier}\` | \`${series}\`${words} | ${figure === series ? "the same" : `\`${figure}\``} |`;
}

/** The expression that turns the base unit back. */
function back(series: string, { conversion: { suffix, factor, offset } }: MetricDefinition): string {
  if (suffix === "celsius") return offset === 0 ? `${series} * 1.8` : `${series} * 1.8 + 32`;
  if (factor === 1) return series;
  return factor < 1 ? `${series} * ${Number((1 / factor).toPrecision(10))}` : `${series} / ${factor}`;
}
