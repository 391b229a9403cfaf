import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../src/model/device.js";
import type { BusMessage } from "../../src/model/ports.js";
import type { EpochMs } from "../../src/model/time.js";
import type { JsonObject } from "../../src/model/value.js";
import { createEventLog } from "../../src/monitoring/event-log.js";
import { createBus } from "../../src/runtime/bus.js";
import { silentLogger } from "../../src/runtime/log.js";
import { inverter, openedAt, sessionInfo } from "../support/capture-moments.js";
import { FakeClock } from "../support/fake-clock.js";
import { anomalyOf, closedOf, seenOf } from "../support/session-messages.js";

function setUp() {
  const bus = createBus(silentLogger());
  const clock = new FakeClock(openedAt);
  const log = createEventLog({ bus, clock });
  const publish = (...messages: readonly BusMessage[]) => {
    for (const message of messages) bus.publish(message);
  };
  return { clock, log, publish };
}

function eventOf(type: string, attributes: JsonObject = {}, device = inverter): BusMessage {
  return { type: "event", event: { device, type, at: openedAt, attributes } };
}

const session = sessionInfo("s-1");
const types = (log: ReturnType<typeof createEventLog>, device: string = inverter) =>
  log.of(device).map(({ type }) => type);

describe("the log of events", () => {
  it("has the newest fifty of a device, newest first", () => {
    const { log, publish } = setUp();
    for (let at = 1; at <= 60; at += 1) publish(eventOf(`event_${at}`, { at }));
    publish(eventOf("other", {}, "envoy_1" as DeviceId));
    expect(log.of(inverter)).toHaveLength(50);
    expect(log.of(inverter)[0]).toEqual({ at: openedAt, type: "event_60", attributes: { at: 60 } });
    expect(types(log).at(-1)).toBe("event_11");
    expect(types(log, "envoy_1")).toEqual(["other"]);
    expect(log.of("envoy_2")).toEqual([]);
  });

  it("has how writes from outside ended", () => {
    const { clock, log, publish } = setUp();
    const request = { device: inverter, key: "limit", value: 50 };
    publish({ type: "write-result", request, result: { status: "applied", value: 49 } });
    clock.advance(1_000);
    publish({ type: "write-result", request, result: { status: "timeout", error: "the device did not call" } });
    const failed = { key: "limit", status: "timeout", value: 50, error: "the device did not call" };
    expect(log.of(inverter)).toEqual([
      { at: openedAt + 1_000, type: "write", attributes: failed },
      { at: openedAt, type: "write", attributes: { key: "limit", status: "applied", value: 49 } },
    ]);
  });

  it("has anomalies under the device that they name", () => {
    const { log, publish } = setUp();
    publish(anomalyOf(session, "odd", { device: inverter }));
    const attributes = { kind: "odd", direction: "device-to-cloud", detail: "out of range" };
    expect(log.of(inverter)).toEqual([{ at: openedAt, type: "anomaly", attributes }]);
  });

  it("has others under the device of the session, also where it shows only afterwards whose it is", () => {
    const { log, publish } = setUp();
    publish(anomalyOf(session, "early"), seenOf(session), anomalyOf(session, "late"));
    publish(seenOf(session, "envoy_1" as DeviceId), anomalyOf(session, "later"));
    const kinds = log.of(inverter).map(({ attributes }) => attributes.kind);
    expect(kinds).toEqual(["later", "late", "early"]);
  });

  it("forgets anomalies of sessions that never show whose they are", () => {
    const { log, publish } = setUp();
    publish(anomalyOf(session, "early"), closedOf(session), seenOf(session));
    expect(log.of(inverter)).toEqual([]);
    for (let at = 0; at < 300; at += 1) publish(anomalyOf(sessionInfo(`stranger-${at}`), "odd"));
    const late = sessionInfo("s-2");
    publish(anomalyOf(late, "too many wait"), seenOf(late));
    expect(log.of(inverter)).toEqual([]);
  });

  it("has an anomaly that repeats once, with how often and since when, so that it hides nothing else", () => {
    const { log, publish } = setUp();
    publish(eventOf("rebooted"), anomalyOf(session, "odd", { device: inverter }));
    for (let at = 1; at <= 100; at += 1) {
      const { anomaly } = anomalyOf(session, "odd", { device: inverter, detail: `the ${at}th` });
      publish({ type: "anomaly", session, anomaly, at: (openedAt + at) as EpochMs });
      publish(anomalyOf(session, "odd", { device: inverter, direction: "cloud-to-device" }));
    }
    expect(log.of(inverter).map(({ type, attributes: { count, since } }) => ({ type, count, since }))).toEqual([
      { type: "anomaly", count: 100, since: openedAt },
      { type: "anomaly", count: 101, since: openedAt },
      { type: "rebooted" },
    ]);
    expect(log.of(inverter)[1]).toMatchObject({ at: openedAt + 100, attributes: { detail: "the 100th" } });
  });

  it("begins to count anew once the repeated anomaly was pushed out", () => {
    const { log, publish } = setUp();
    const odd = anomalyOf(session, "odd", { device: inverter });
    publish(odd, odd);
    for (let at = 1; at <= 50; at += 1) publish(eventOf("rebooted"));
    publish(odd);
    expect(log.of(inverter)[0]?.attributes).not.toHaveProperty("count");
  });

  it("leaves out of an event what is too large, with a word", () => {
    const { log, publish } = setUp();
    publish(eventOf("fault", { code: 7, dump: "x".repeat(10_000), text: "hot" }));
    expect(log.of(inverter)[0]?.attributes).toEqual({ code: 7, text: "hot", attributes_left_out: 1 });
  });

  it("forgets devices that are removed, and of too many the one without news for longest", () => {
    const { log, publish } = setUp();
    publish(eventOf("rebooted"), anomalyOf(session, "odd", { device: inverter }));
    publish({ type: "removed", device: inverter }, { type: "removed", device: inverter });
    expect(log.of(inverter)).toEqual([]);
    const device = (at: number) => `envoy_${at}` as DeviceId;
    for (let at = 0; at < 2_000; at += 1) publish(eventOf("on", {}, device(at)));
    publish(eventOf("off", {}, device(0)), eventOf("on", {}, device(2_000)));
    expect([0, 1, 2, 2_000].map((at) => log.of(device(at)).length)).toEqual([2, 0, 1, 1]);
  });

  it("stays within its bound in total", () => {
    const { log, publish } = setUp();
    const device = (at: number) => `envoy_${at}` as DeviceId;
    const large = { text: "x".repeat(4_000) };
    for (let at = 0; at < 1_000; at += 1) publish(eventOf("fault", large, device(at)));
    const kept = Array.from({ length: 1_000 }, (_, at) => log.of(device(at)).length);
    const count = kept.reduce((sum, each) => sum + each, 0);
    expect(count).toBeGreaterThan(400);
    expect(count * 4_000).toBeLessThan(2 * 1024 * 1024);
    expect(kept.slice(1_000 - count)).toEqual(Array(count).fill(1));
  });
});

describe("counts of anomalies", () => {
  it("are kept by protocol and kind, whoever's they are", () => {
    const { log, publish } = setUp();
    publish(anomalyOf(session, "odd"), anomalyOf(session, "odd", { device: inverter }), anomalyOf(session, "bad"));
    publish(anomalyOf(sessionInfo("s-2", { protocol: "envoy" }), "odd"));
    expect(log.anomalyCounts()).toEqual([
      { protocol: "blueprint", kind: "odd", count: 2 },
      { protocol: "blueprint", kind: "bad", count: 1 },
      { protocol: "envoy", kind: "odd", count: 1 },
    ]);
  });

  it("are of a bounded number of kinds", () => {
    const { log, publish } = setUp();
    for (let at = 0; at < 1_200; at += 1) publish(anomalyOf(session, `kind_${at}`));
    expect(log.anomalyCounts()).toHaveLength(1_000);
  });
});
