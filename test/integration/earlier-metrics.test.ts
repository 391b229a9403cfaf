import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { websentry } from "../../src/protocols/websentry/index.js";
import { earlierNames } from "../../tools/reference/earlier-metric-names.js";
import { setUpMetrics } from "../sinks/prometheus/sink-setup.js";
import { capturePath, describeWithCaptures, readCaptureJson } from "../support/captures.js";
import { recordedSessions } from "../support/recorded-sessions.js";

interface Capture {
  readonly expected?: { readonly metrics?: Readonly<Record<string, string>> };
}

/** What the earlier exporter told of an input that is wired to nothing. */
const notWired = "2.0";
/** A value that is not in use, and one of two numbers for the same word. */
const toldOtherwise: Readonly<Record<string, string>> = { prop_0x030a: "missing", prop_0x2304: "0.0" };

const known = new Map(earlierNames().map(({ earlier, definition }) => [earlier, definition]));
const unnamed = { factor: 1, offset: 0 };

/** Where a figure of the earlier exporter is found here, as the reference page says. */
function found(earlier: string): { readonly series: string; readonly factor: number; readonly offset: number } {
  const definition = known.get(earlier);
  if (definition === undefined) return { series: `cloudtap_websentry_${earlier} ""`, ...unnamed };
  return { series: `${definition.name} "${definition.channel}"`, ...definition.conversion };
}

describeWithCaptures("W16, W18: what the earlier WebSentry exporter showed", () => {
  const captures = readdirSync(capturePath("websentry"))
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => {
      const metrics = readCaptureJson<Capture>(`websentry/${name}`).expected?.metrics;
      return metrics === undefined ? [] : [[name, metrics] as const];
    });
  const recorded = recordedSessions("websentry");

  it.each(captures)("of %s is all here, with the same figures", async (name, metrics) => {
    const { replay, scrape } = setUpMetrics();
    for (const session of recorded) if (session.name.startsWith(`${name},`)) replay(websentry, session.turns);
    const samples = new Map<string, number>();
    for (const line of await scrape()) {
      const [, metric, channel, value] = /^(\w+)\{.*,channel="(.*?)".*\} (\S+)$/.exec(line) ?? [];
      if (metric !== undefined) samples.set(`${metric} "${channel}"`, Number(value));
    }
    const here = Object.entries(metrics).map(([earlier, figure]) => {
      const { series, factor, offset } = found(earlier);
      const sample = samples.get(series);
      const back = sample === undefined ? undefined : ((sample - offset) / factor).toFixed(1);
      return [earlier, back ?? (series.includes("digital_input") && figure === notWired ? notWired : "missing")];
    });
    const expected = Object.entries(metrics).map(([earlier, figure]) => [earlier, toldOtherwise[earlier] ?? figure]);
    expect(Object.fromEntries(here)).toEqual(Object.fromEntries(expected));
  });
});
