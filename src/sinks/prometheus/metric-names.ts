export type MetricType = "counter" | "gauge";

/**
 * Words that Prometheus keeps for its own use or for units that are not its base units, and what stands in their place. Its checker,
 * `promtool check metrics`, complains about them anywhere in a name.
 */
const reservedWords: ReadonlyMap<string, string> = new Map([
  ["count", "number"],
  ["counter", "number"],
  ["bucket", "portion"],
  ["sum", "sums"],
  ["created", "creation"],
  ["gauge", "level"],
  ["histogram", "spread"],
  ["summary", "overview"],
  ["days", "weekdays"],
]);

/**
 * Name of the metric of one quantity of a protocol. The protocol stands in it because only one protocol's tables say what a key means:
 * two protocols that use the same key never share a metric. The unit stands in it, and the type shows in its end, so that neither can mix.
 */
export function metricName(protocol: string, base: string, suffix: string, type: MetricType): string {
  const words = wordsOf(base);
  const isTotal = words.at(-1) === "total";
  const own = isTotal ? words.slice(0, -1) : words;
  // What only ever grows is told by `_total` at the end; nothing else may end so.
  const overall = isTotal && type === "gauge" ? ["overall"] : [];
  const unit = own.at(-1) === suffix ? [] : wordsOf(suffix);
  const ending = type === "counter" ? ["total"] : [];
  return ["cloudtap", ...wordsOf(protocol), ...own, ...overall, ...unit, ...ending].join("_");
}

function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "")
    .map((word) => reservedWords.get(word) ?? word);
}
