import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { envoy } from "../../../src/protocols/envoy/index.js";
import { protocols } from "../../../src/protocols/registry.js";
import { solarman } from "../../../src/protocols/solarman/index.js";
import { websentry } from "../../../src/protocols/websentry/index.js";
import { check, describeWithPromtool } from "./promtool.js";
import { described, noCapture, sessionAt, setUpMetrics } from "./sink-setup.js";

const addresses = { localAddress: "127.0.0.1", localPort: 1, remoteAddress: "127.0.0.1", remotePort: 2 };

describe("a scrape", () => {
  it("is what loads the library, and not the start", async () => {
    const { cache } = createRequire(import.meta.url);
    const isLoaded = (): boolean => Object.keys(cache).some((path) => path.includes("/prom-client/"));
    const { sink } = setUpMetrics();
    expect(isLoaded()).toBe(false);
    await sink.metrics();
    expect(isLoaded()).toBe(true);
  });

  it("T22: counts from the start and not from the first scrape", async () => {
    const { publish, sink, samples } = setUpMetrics();
    publish({ type: "session-opened", session: sessionAt("roof", "acme") });
    sink.timing.decoded("acme", 2);
    const session = sink.traffic.opened(sessionAt("roof", "acme"));
    const device = session.legOpened({ side: "device", security: "plain", addresses });
    const cloud = session.legOpened({ side: "cloud", security: "plain", addresses });
    device.received(new Uint8Array(1));
    cloud.sent(new Uint8Array(1));
    expect(await samples("cloudtap_sessions_started_total")).toHaveLength(1);
    expect(await samples("cloudtap_decode_duration_seconds_count")).toEqual([
      'cloudtap_decode_duration_seconds_count{protocol="acme"} 1',
    ]);
    expect(await samples("cloudtap_relay_added_latency_seconds_count")).toContain(
      'cloudtap_relay_added_latency_seconds_count{relay="roof",protocol="acme",direction="device-to-cloud"} 1',
    );
  });

  it("within a second of another gets the same text", async () => {
    const { sink, clock, publish } = setUpMetrics();
    const first = sink.metrics();
    await first;
    publish({ type: "session-opened", session: sessionAt("roof", "acme") });
    clock.advance(999);
    expect(sink.metrics()).toBe(first);
    expect((await first).text).not.toContain("cloudtap_sessions_started_total");
    clock.advance(1);
    expect((await sink.metrics()).text).toContain("cloudtap_sessions_started_total");
  });

  it("asks anew after one that failed", async () => {
    let isBroken = true;
    const queues = () => {
      if (isBroken) throw new Error("broken");
      return [];
    };
    const { sink } = setUpMetrics({ queues });
    await expect(sink.metrics()).rejects.toThrow("broken");
    isBroken = false;
    await expect(sink.metrics()).resolves.toMatchObject({ contentType: "text/plain; version=0.0.4; charset=utf-8" });
  });

  it("tells what others count", async () => {
    const { scrape } = setUpMetrics({
      traffic: () => [{ relay: "roof", protocol: "acme", side: "device", received: 120, sent: 30 }],
      queues: () => [
        { queue: "mqtt_events", length: 3, dropped: 1 },
        { queue: "outbox", length: 2 },
      ],
      sinks: () => [
        { sink: "mqtt", up: true },
        { sink: "splunk", up: false },
      ],
      capture: () => ({ ...noCapture, captured: 7, dropped: 2, problem: "the disk is full" }),
    });
    const lines = await scrape();
    for (const line of [
      'cloudtap_relay_bytes_total{relay="roof",protocol="acme",leg="device",direction="received"} 120',
      'cloudtap_relay_bytes_total{relay="roof",protocol="acme",leg="device",direction="sent"} 30',
      'cloudtap_queue_length{queue="mqtt_events"} 3',
      'cloudtap_queue_length{queue="outbox"} 2',
      'cloudtap_queue_dropped_total{queue="mqtt_events"} 1',
      'cloudtap_sink_up{sink="mqtt"} 1',
      'cloudtap_sink_up{sink="splunk"} 0',
      "cloudtap_captures_running 0",
      "cloudtap_capture_problem 1",
      "cloudtap_capture_packets_total 7",
      "cloudtap_capture_dropped_packets_total 2",
      'cloudtap_build_info{version="1.2.3"} 1',
      `cloudtap_start_time_seconds ${Date.UTC(2026, 5, 21, 10) / 1000}`,
    ])
      expect(lines).toContain(line);
    expect(lines.some((line) => line.startsWith('cloudtap_queue_dropped_total{queue="outbox"'))).toBe(false);
  });

  it("has no series twice, with every protocol's devices at once", async () => {
    const { play, scrape } = setUpMetrics();
    for (const protocol of [solarman, websentry, envoy]) for (const index of [0, 1]) play(protocol, 100_000, {}, index);
    const lines = await scrape();
    const series = lines.filter((line) => !line.startsWith("#")).map((line) => line.slice(0, line.lastIndexOf(" ")));
    expect(new Set(series).size).toBe(series.length);
    const types = lines.filter((line) => line.startsWith("# TYPE"));
    expect(new Set(types.map((line) => line.split(" ")[2])).size).toBe(types.length);
  });

  it("starts and stops without anything to do", async () => {
    const { sink } = setUpMetrics();
    await sink.start();
    await sink.stop();
    expect(sink.name).toBe("prometheus");
  });
});

describe("the exposition of a simulated device", () => {
  it.each([
    ["solarman", solarman, {}],
    ["websentry", websentry, {}],
    ["envoy", envoy, { inverters: "2" }],
  ])("%s is what it was", async (name, protocol, extra) => {
    const { play, scrape } = setUpMetrics();
    play(protocol, 100_000, extra);
    // Hundreds of properties without a name add nothing to read.
    const lines = (await scrape()).filter((line) => !/prop_0x(?!01)/.test(line));
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`../../golden/metrics/${name}.txt`);
  });
});

describeWithPromtool("the checker of Prometheus", () => {
  it("W17: finds nothing wrong with the metrics of all simulated devices", async () => {
    const { play, sink } = setUpMetrics({
      traffic: () => [{ relay: "roof", protocol: "acme", side: "device", received: 120, sent: 30 }],
      queues: () => [{ queue: "outbox", length: 3, dropped: 1 }],
      sinks: () => [{ sink: "mqtt", up: true }],
    });
    for (const protocol of [solarman, websentry, envoy]) play(protocol, 100_000);
    sink.timing.decoded("solarman", 1);
    const { text } = await sink.metrics();
    expect(await check(text)).toEqual({ code: 0, said: "" });
  });

  it("finds nothing wrong with any value that a device of any protocol may have", async () => {
    const { describe, read, sink } = setUpMetrics();
    for (const { name, entities } of protocols) {
      const device = described(`${name}_1`, entities, name);
      describe(device);
      const values = entities.map(({ key, options, onOff }) => [key, options?.[0] ?? onOff?.[0] ?? 1] as const);
      read(device.id, Object.fromEntries(values));
    }
    const { text } = await sink.metrics();
    expect(text).toContain("cloudtap_websentry_port_baud");
    expect(await check(text)).toEqual({ code: 0, said: "" });
  });

  it("does find what is wrong", async () => {
    const { code, said } = await check("# HELP a_count Some\n# TYPE a_count gauge\na_count 1\n");
    expect(code).toBe(3);
    expect(said).toContain("a_count");
  });
});
