const words = ["by", "without", "on", "ignoring", "group_left", "group_right", "and", "or", "unless", "bool", "offset"];

/** Names of the metrics in an expression of PromQL, each once. */
export function metricsUsed(expression: string): readonly string[] {
  const bare = withoutVariables(expression)
    .replaceAll(/"[^"]*"/g, "")
    .replaceAll(/\{[^}]*\}/g, "")
    .replaceAll(/\[[^\]]*\]/g, "")
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, "");
  const names = [...bare.matchAll(/[a-zA-Z_:][\w:]*(?!\s*[\w:]*\()/g)].map(([name]) => name);
  return [...new Set(names.filter((name) => name.includes("_") && !words.includes(name)))];
}

/** Labels that an expression selects or groups by. */
export function labelsUsed(expression: string): readonly string[] {
  const selected = [...expression.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label]) => label ?? "");
  const grouped = [...expression.matchAll(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g)].flatMap(([, list = ""]) =>
    list.split(",").map((label) => label.trim()),
  );
  return [...new Set([...selected, ...grouped])].filter((label) => label !== "");
}

/** As Prometheus gets it, once Grafana has put values in the place of its variables. */
export function withoutVariables(expression: string): string {
  return expression.replaceAll(/\$__\w+/g, "5m").replaceAll(/\$\w+/g, ".*");
}
