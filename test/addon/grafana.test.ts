import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { labelsUsed, metricsUsed, withoutVariables } from "../sinks/prometheus/expressions.js";
import { metricLabels } from "../sinks/prometheus/metric-labels.js";
import { describeWithPromtool } from "../sinks/prometheus/promtool.js";

interface Target {
  readonly expr: string;
  readonly legendFormat: string;
  readonly datasource: { readonly uid: string };
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
}

interface Board {
  readonly id: null;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly definition?: string }[];
  };
}

const board: Board = JSON.parse(readFileSync("addon/grafana/cloudtap.json", "utf8"));
const targets = board.panels.flatMap(({ title, targets = [] }) => targets.map((target) => ({ title, ...target })));
const known = await metricLabels();

describe("the Grafana board", () => {
  it("is read closely enough to notice a metric that is not there", () => {
    const expression =
      'sum by (le) (rate(some_total{relay=~"$relay"}[5m])) / on (job) other_up or histogram_quantile(1, x_y)';
    expect(metricsUsed(expression)).toEqual(["some_total", "other_up", "x_y"]);
    expect(labelsUsed(expression)).toEqual(["relay", "le", "job"]);
  });

  it("asks for metrics that exist, by labels that they have", () => {
    expect(targets.length).toBeGreaterThan(40);
    for (const { title, expr } of targets) {
      for (const metric of metricsUsed(expr)) expect(known.has(metric), `${title}: ${metric}`).toBe(true);
      const labels = metricsUsed(expr).flatMap((metric) => [...(known.get(metric) ?? [])]);
      for (const label of labelsUsed(expr)) expect(labels, `${title}: ${expr}`).toContain(label);
    }
  });

  it("names in its legends labels that the lines have", () => {
    for (const { title, expr, legendFormat } of targets) {
      const labels = metricsUsed(expr).flatMap((metric) => [...(known.get(metric) ?? [])]);
      const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
      for (const label of shown) expect(labels, `${title}: ${legendFormat}`).toContain(label);
    }
  });

  it("lets one choose data source, protocol, relay and device", () => {
    const { list } = board.templating;
    expect(list.map(({ name }) => name)).toEqual(["datasource", "protocol", "relay", "device"]);
    for (const { definition = "" } of list.slice(1)) {
      const [, metric, label] = /^label_values\((.+), (\w+)\)$/.exec(definition) ?? [];
      const [name] = metricsUsed(metric ?? "");
      expect(known.get(name ?? ""), definition).toContain(label);
    }
    for (const { datasource } of targets) expect(datasource.uid).toMatch(/^\$\{datasource\}$/);
  });

  it("belongs to no Grafana yet, and is of a schema that Grafana 10 knows", () => {
    expect(board.id).toBeNull();
    expect(board.schemaVersion).toBe(39);
  });

  it("has panels with a number each that do not overlap", () => {
    const { panels } = board;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const [at, { gridPos: a, title }] of panels.entries()) {
      expect(a.x + a.w, title).toBeLessThanOrEqual(24);
      for (const { gridPos: b, title: other } of panels.slice(at + 1)) {
        const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
        expect(apart, `${title} and ${other}`).toBe(true);
      }
    }
  });

  it("shows what the docs promise", () => {
    const text = targets.map(({ expr }) => expr).join("\n");
    for (const wanted of ["power_watts", "energy_joules_total", "temp_celsius", "humidity_ratio", "sessions_open"])
      expect(text).toContain(wanted);
    for (const wanted of [
      "relay_bytes_total",
      "frames_total",
      "anomalies_total",
      "added_latency",
      "cloud_local",
      "sink_up",
    ])
      expect(text).toContain(wanted);
  });
});

describeWithPromtool("every expression of the board", () => {
  const folder = mkdtempSync(join(tmpdir(), "cloudtap-grafana-"));

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("is one for Prometheus", async () => {
    const rules = targets.map(({ expr }, at) => ({ record: `board:line_${at}`, expr: withoutVariables(expr) }));
    const file = join(folder, "rules.json");
    writeFileSync(file, JSON.stringify({ groups: [{ name: "board", rules }] }));
    const said = await new Promise<string>((resolve) =>
      execFile("promtool", ["check", "rules", file], (_error, stdout, stderr) => resolve(stdout + stderr)),
    );
    expect(said).toContain(`SUCCESS: ${rules.length} rules found`);
  });
});
