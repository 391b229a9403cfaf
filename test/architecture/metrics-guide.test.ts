import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { envoy } from "../../src/protocols/envoy/index.js";
import { solarman } from "../../src/protocols/solarman/index.js";
import { websentry } from "../../src/protocols/websentry/index.js";
import { sampleOf } from "../../src/sinks/prometheus/definition.js";
import { Definitions } from "../../src/sinks/prometheus/definitions.js";
import { earlierNames } from "../../tools/reference/earlier-metric-names.js";
import { isText } from "../../tools/reference/text-keys.js";
import { labelsUsed, metricsUsed } from "../sinks/prometheus/expressions.js";
import { metricLabels } from "../sinks/prometheus/metric-labels.js";
import { describeWithPromtool } from "../sinks/prometheus/promtool.js";
import { described, setUpMetrics } from "../sinks/prometheus/sink-setup.js";

const guide = readFileSync("docs/metrics.md", "utf8");
const reference = readFileSync("docs/metrics-reference.md", "utf8");
const known = await metricLabels();

function blocks(language: string): readonly string[] {
  return [...guide.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, "g"))].map(([, text]) => text ?? "");
}

const expressions = blocks("promql").map((text) => text.trim());
const alerts = blocks("yaml").find((text) => text.startsWith("groups:")) ?? "";

describe("the guide to the metrics", () => {
  it("asks for metrics that exist, by labels that they have", () => {
    const conditions = [...alerts.matchAll(/expr: (.*)/g)].map(([, text]) => text ?? "");
    expect(expressions.length + conditions.length).toBeGreaterThan(10);
    for (const expression of [...expressions, ...conditions]) {
      const metrics = metricsUsed(expression);
      expect(metrics, expression).not.toEqual([]);
      for (const metric of metrics) expect(known.has(metric), metric).toBe(true);
      const labels = metrics.flatMap((metric) => [...(known.get(metric) ?? [])]);
      for (const label of labelsUsed(expression)) expect(labels, expression).toContain(label);
    }
  });

  it("names no metric that does not exist", () => {
    const named = [...guide.matchAll(/`(cloudtap_[a-z0-9_]+|nodejs_\w+)(?:\{[^`]*)?`/g)].map(([, name]) => name ?? "");
    expect(named.length).toBeGreaterThan(15);
    const exists = (name: string): boolean => known.has(name) || known.has(`${name}_count`);
    expect(named.filter((name) => !exists(name))).toEqual([]);
  });
});

describe("the reference of the metrics", () => {
  it("W18: has every name of the earlier exporter, and what it is called here", () => {
    const names = earlierNames();
    expect(names.length).toBeGreaterThan(100);
    for (const { earlier, definition } of names) expect(reference).toContain(`| \`${earlier}\` | \`${definition.name}`);
    for (const name of ["websentry_mitm_uptime", "sessions_started", "sessions_ended", "prop_0xNNNN"])
      expect(reference).toContain(`| \`${name}\``);
    expect(new Set(names.map(({ earlier }) => earlier)).size).toBe(names.length);
  });

  it.each([solarman, websentry, envoy])(
    "leaves out of $name what a simulated device tells as a text, and nothing else",
    (protocol) => {
      const { play, shown } = setUpMetrics();
      play(protocol, 100_000);
      const definitions = new Definitions(() => protocol);
      const device = described("any", protocol.entities, protocol.name);
      const wrong = protocol.entities.filter(({ key }) => {
        const definition = definitions.of(device, key);
        const value = shown.get(key);
        // An input that is wired to nothing has no value.
        if (definition === undefined || value === undefined || value === null || value === "N/A") return false;
        const hasMetric = definition.info !== undefined || sampleOf(definition, value) !== undefined;
        return hasMetric === isText(protocol.name, key);
      });
      expect(shown.size).toBeGreaterThan(20);
      expect(wrong.map(({ key }) => key)).toEqual([]);
    },
  );
});

describeWithPromtool("what the guide gives to paste", () => {
  const folder = mkdtempSync(join(tmpdir(), "cloudtap-metrics-"));

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function checked(rules: string): Promise<string> {
    const file = join(folder, "rules.yml");
    writeFileSync(file, rules);
    return new Promise((resolve) =>
      execFile("promtool", ["check", "rules", file], (_error, stdout, stderr) => resolve(stdout + stderr)),
    );
  }

  it("is understood by Prometheus", async () => {
    const rules = expressions.map((expr, at) => ({ record: `guide:line_${at}`, expr }));
    expect(await checked(JSON.stringify({ groups: [{ name: "guide", rules }] }))).toContain(
      `SUCCESS: ${rules.length} rules found`,
    );
    expect(await checked(alerts)).toContain("SUCCESS: 5 rules found");
  });
});
