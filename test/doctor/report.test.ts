import { describe, expect, it } from "vitest";
import { isClear, type RelayReport, renderReport, reportAsJson } from "../../src/doctor/report.js";
import { ok, problem, unknown } from "../../src/doctor/verdict.js";

const reports: readonly RelayReport[] = [
  { relay: "deye", protocol: "solarman", findings: [ok("program", "It runs."), ok("listener", "It listens.")] },
  {
    ...{ relay: "envoy", protocol: "envoy" },
    findings: [unknown("rules", "Not seen.", "Be root."), problem("arrival", "Nothing came.", "Lead it here.")],
  },
  { relay: "cellar", protocol: "websentry", findings: [unknown("rules", "Not seen."), ok("upstream", "Reached.")] },
];

describe("the report", () => {
  it("has a section a relay and ends with the first missing step of each", () => {
    expect(renderReport(reports)).toBe(`Relay deye (solarman)
  ok       program: It runs.
  ok       listener: It listens.

Relay envoy (envoy)
  unknown  rules: Not seen.
             Be root.
  PROBLEM  arrival: Nothing came.
             Lead it here.

Relay cellar (websentry)
  unknown  rules: Not seen.
  ok       upstream: Reached.

Relay deye: nothing is missing.
Relay envoy: the device's packets do not reach this host: Nothing came.
Relay cellar: nothing is known to be missing; of one step nothing can be said yet.
`);
  });

  it("says the same to programs", () => {
    expect(reportAsJson(reports)).toMatchObject({
      ok: false,
      relays: [
        { relay: "deye", findings: [{ check: "program", state: "ok" }, { check: "listener" }] },
        { relay: "envoy", missing: "Relay envoy: the device's packets do not reach this host: Nothing came." },
        { relay: "cellar" },
      ],
    });
    expect(reportAsJson(reports.slice(0, 1))).toMatchObject({ ok: true });
  });

  it("is clear as long as nothing is known to be missing", () => {
    expect(reports.map(({ findings }) => isClear(findings))).toEqual([true, false, true]);
  });
});
