import { afterEach, describe, expect, it } from "vitest";
import type { LegSide, LegTraffic, SessionTraffic } from "../../../src/model/traffic.js";
import { Durations } from "../../../src/sinks/prometheus/durations.js";
import { ownMetrics } from "../../../src/sinks/prometheus/own-metrics.js";
import { RelayLatency } from "../../../src/sinks/prometheus/relay-latency.js";
import { encodeAnswer, encodeReport } from "../../support/blueprint/encoder.js";
import { type RelaySetup, setUpRelay } from "../../support/relay-setup.js";
import { sessionAt } from "./sink-setup.js";

const chunk = new Uint8Array(1);
const report = encodeReport(7, 1, { powerW: 400, temperatureC: 20, energyTotalWh: 1_000 });
const acknowledgement = encodeAnswer(7, 1, 1);
const addresses = { localAddress: "127.0.0.1", localPort: 1, remoteAddress: "127.0.0.1", remotePort: 2 };

function setUp() {
  const durations = new Durations(ownMetrics.addedLatency);
  const clock = { now: 1_000 };
  const latency = new RelayLatency(durations, () => clock.now);
  const session: SessionTraffic = latency.opened(sessionAt("roof", "acme"));
  const leg = (side: LegSide): LegTraffic => session.legOpened({ side, security: "plain", addresses });
  return {
    ...{ clock, session, leg },
    /** How many were measured in each direction, and milliseconds in all. */
    measured() {
      const of = (direction: string): readonly [number, number] => {
        const histogram = durations.of("roof", "acme", direction);
        return [histogram.cumulative().at(-1) ?? 0, Math.round(histogram.sumSeconds * 1000)];
      };
      return { up: of("device-to-cloud"), down: of("cloud-to-device") };
    },
  };
}

describe("the latency that a relay adds", () => {
  it("is the time from an arrival to what is next sent on the other leg, by direction", () => {
    const { leg, clock, measured } = setUp();
    const [device, cloud] = [leg("device"), leg("cloud")];
    device.received(chunk);
    clock.now += 2;
    cloud.sent(chunk);
    cloud.received(chunk);
    clock.now += 5;
    device.sent(chunk);
    expect(measured()).toEqual({ up: [1, 2], down: [1, 5] });
  });

  it("counts what arrives once, and from the newest arrival", () => {
    const { leg, clock, measured } = setUp();
    const [device, cloud] = [leg("device"), leg("cloud")];
    device.received(chunk);
    clock.now += 50;
    device.received(chunk);
    clock.now += 3;
    cloud.sent(chunk);
    cloud.sent(chunk);
    expect(measured().up).toEqual([1, 3]);
  });

  it("is not measured while the cloud is dialled", () => {
    const { leg, clock, measured } = setUp();
    const device = leg("device");
    device.received(chunk);
    clock.now += 800;
    leg("cloud").sent(chunk);
    expect(measured().up).toEqual([0, 0]);
  });

  it("is not that of an answer of Cloudtap's own to what the cloud was not asked", () => {
    const { leg, clock, measured } = setUp();
    const [device, cloud] = [leg("device"), leg("cloud")];
    cloud.received(chunk);
    clock.now += 100;
    device.received(chunk);
    device.sent(chunk);
    expect(measured().down).toEqual([0, 0]);
  });

  it("is not that of what was kept back for long", () => {
    const { leg, clock, measured } = setUp();
    const [device, cloud] = [leg("device"), leg("cloud")];
    cloud.received(chunk);
    clock.now += 10_001;
    device.sent(chunk);
    expect(measured().down).toEqual([0, 0]);
  });

  it("begins anew with another cloud leg", () => {
    const { leg, clock, measured } = setUp();
    const device = leg("device");
    leg("cloud").ended("peer");
    device.received(chunk);
    clock.now += 100;
    const next = leg("cloud");
    next.sent(chunk);
    expect(measured().up).toEqual([0, 0]);
    device.received(chunk);
    clock.now += 1;
    next.sent(chunk);
    expect(measured().up).toEqual([1, 1]);
  });

  it("wants no secrets, and takes every word of a leg's end", () => {
    const { session, leg, measured } = setUp();
    const device = leg("device");
    device.ended("peer");
    device.reset("cloudtap");
    session.secret(chunk);
    const counters = { bytesFromDevice: 0, bytesFromCloud: 0, durationMs: 0 };
    session.closed({ by: "device", how: "fin", detail: "" }, counters);
    expect(session.wantsSecrets).toBe(false);
    expect(measured()).toEqual({ up: [0, 0], down: [0, 0] });
  });
});

describe("the latency of a real relay", () => {
  let setup: RelaySetup | undefined;

  afterEach(() => setup?.stop());

  it.each([
    ["a tap", {}],
    ["a gate", { control: true }],
  ])("is measured in both directions of %s", async (_what, options) => {
    const durations = new Durations(ownMetrics.addedLatency);
    const traffic = new RelayLatency(durations, () => performance.now());
    setup = await setUpRelay({ options, ports: { traffic } });
    const device = await setup.device();
    await device.send(report);
    const cloud = await setup.cloud.connection(0);
    await cloud.waitFor(report.length);
    await device.send(report);
    await cloud.waitFor(2 * report.length);
    await cloud.send(acknowledgement);
    await device.waitFor(acknowledgement.length);
    const counts = ["device-to-cloud", "cloud-to-device"].map((direction) =>
      durations.of("test", "blueprint", direction).cumulative().at(-1),
    );
    expect(counts[0]).toBeGreaterThan(0);
    expect(counts[1]).toBe(1);
  });
});
