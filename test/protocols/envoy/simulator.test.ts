import { describe, expect, it } from "vitest";
import type { Player, PlayerAction } from "../../../src/model/protocol.js";
import type { EpochMs } from "../../../src/model/time.js";
import { readReportBody } from "../../../src/protocols/envoy/body.js";
import { createCloudSimulator } from "../../../src/protocols/envoy/cloud-simulator.js";
import type { PerfReport } from "../../../src/protocols/envoy/report.js";
import { readReport } from "../../../src/protocols/envoy/report-reader.js";
import { createDeviceSimulator } from "../../../src/protocols/envoy/simulator.js";
import { parseHttpMessage } from "../../../src/wire/http1-body.js";
import { at, Bookkeeper, noon } from "./reports.js";

function simulator(extra: Readonly<Record<string, string>> = {}, intervalS = 300): Player {
  return createDeviceSimulator({ index: 0, intervalS, extra: { inverters: "4", ...extra } });
}

function sent(actions: readonly PlayerAction[]): Uint8Array | undefined {
  return actions.flatMap((action) => (action.type === "send" ? [action.bytes] : []))[0];
}

function reportIn(request: Uint8Array): PerfReport | undefined {
  const { xml } = readReportBody("application/x-deflate", parseHttpMessage(request).body);
  return xml === undefined ? undefined : readReport(xml, undefined).report;
}

/** Lets both play for some connections; gives each request with its time. */
function play(device: Player, connections: number, answer?: string): readonly { request: Uint8Array; now: EpochMs }[] {
  const requests: { request: Uint8Array; now: EpochMs }[] = [];
  let now = at(noon);
  for (let connection = 0; connection < connections; connection += 1) {
    const cloud = createCloudSimulator();
    cloud.connected(now);
    const request = sent(device.connected(now));
    if (request === undefined) throw new Error("expected a request");
    requests.push({ request, now });
    const reply = answer === undefined ? sent(cloud.received(request, now)) : Buffer.from(answer);
    expect(device.received(reply ?? new Uint8Array(0), now).at(-1)).toEqual({ type: "end" });
    let actions = device.disconnected(now);
    for (let wakes = 0; actions[0]?.type === "wake" && wakes < 1_000; wakes += 1) {
      now = (now + actions[0].afterMs) as EpochMs;
      actions = device.woken(now);
    }
    expect(actions).toEqual([{ type: "connect" }]);
  }
  return requests;
}

describe("a simulated Envoy", () => {
  it("sends a report every interval, which the books take without an anomaly", () => {
    const keeper = new Bookkeeper();
    for (const { request, now } of play(simulator(), 4)) {
      const report = reportIn(request);
      if (report === undefined) throw new Error("expected a report");
      expect(keeper.post(report, now / 1000).anomalies).toEqual([]);
    }
    expect(keeper.state.get("envoy_122000000000")).toMatchObject({
      reports: 4,
      inverters_reporting: 4,
      catching_up: false,
    });
    expect(Number(keeper.value("envoy_122000000000", "energy_total"))).toBeGreaterThan(100);
  });

  it("repeats each report as often as it is told to, word for word", () => {
    const requests = play(simulator({ repeat: "1" }), 4).map(({ request }) => Buffer.from(request).toString("base64"));
    expect(requests[1]).toBe(requests[0]);
    expect(requests[3]).toBe(requests[2]);
    expect(requests[2]).not.toBe(requests[0]);
  });

  it("keeps a report until the cloud answers 2xx", () => {
    const device = simulator();
    const refused = play(device, 2, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n").map(
      ({ request }) => request,
    );
    expect(Buffer.from(refused[1] ?? []).equals(Buffer.from(refused[0] ?? []))).toBe(true);
  });

  it("hands over a backlog", () => {
    const [first] = play(simulator({ backlog: "50" }), 1);
    expect(first === undefined ? undefined : reportIn(first.request)?.intervals).toHaveLength(4 * 51);
  });

  it("shows power even when it reports every five seconds", () => {
    const keeper = new Bookkeeper();
    for (const { request, now } of play(simulator({}, 5), 3)) {
      const report = reportIn(request);
      if (report !== undefined) keeper.post(report, now / 1000);
    }
    expect(Number(keeper.value("envoy_122000000000", "power"))).toBeGreaterThan(500);
  });

  it("sleeps through its night, and a sun that runs faster wakes it", () => {
    const device = simulator({ start: "19", speed: "60" });
    const reports = play(device, 4).map(({ request }) => reportIn(request));
    expect(reports.flatMap((report) => report?.events.map(({ state }) => state) ?? [])).toEqual([
      2, 2, 2, 2, 1, 1, 1, 1,
    ]);
  });
});
