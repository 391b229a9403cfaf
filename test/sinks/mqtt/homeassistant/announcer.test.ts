import { beforeEach, describe, expect, it } from "vitest";
import type { DeviceDescription, DeviceId } from "../../../../src/model/device.js";
import { Announcer, documentGapMs, sameDeviceGapMs } from "../../../../src/sinks/mqtt/homeassistant/announcer.js";
import { Topics } from "../../../../src/sinks/mqtt/topics.js";
import { FakeClock } from "../../../support/fake-clock.js";
import { recordLog } from "../../../support/log-recorder.js";
import { bareDevice } from "../descriptions.js";
import { FakeLink } from "../fake-link.js";

const topics = new Topics("cloudtap", "homeassistant");
const power = { key: "power", platform: "sensor", name: "Power" } as const;
const mode = { key: "mode", platform: "sensor", name: "Mode" } as const;
const cloud = { cloud_mode: "sensor", cloud_last_answer: "sensor" };
const own = { last_seen: "sensor", connection_status: "sensor", ...cloud, event: "event" };

describe("announcing devices", () => {
  const recorder = recordLog();
  let clock: FakeClock;
  let link: FakeLink;
  let announcer: Announcer;
  let told: string[];

  beforeEach(() => {
    clock = new FakeClock();
    link = new FakeLink();
    told = [];
    announcer = new Announcer({
      ...{ log: recorder.log, clock, context: { topics, values: "json", version: "1.0.0" } },
      announcing: (device) => told.push(`announcing ${device}`),
      announced: (device) => told.push(`announced ${device}`),
    });
    announcer.attach(link);
  });

  const device = (id: string, changes: Partial<DeviceDescription> = {}): DeviceDescription => ({
    ...bareDevice,
    id: id as DeviceId,
    ...changes,
  });

  /** Lets time pass; the broker confirms each document at once. */
  function pass(ms: number): void {
    for (let passed = 0; passed < ms; passed += documentGapMs) {
      clock.advance(documentGapMs);
      link.acknowledgeAll();
    }
  }

  const ids = () => link.topics.map((topic) => topic.split("/")[2]);
  const platforms = (index: number): Record<string, string> => {
    const { components } = JSON.parse(link.sent.at(index)?.payload ?? "{}");
    return Object.fromEntries(
      Object.entries<{ platform: string }>(components).map(([key, one]) => [key, one.platform]),
    );
  };

  it("publishes a retained document, after its last look at the state", () => {
    announcer.describe(device("a"));
    expect(link.sent).toEqual([]);
    pass(documentGapMs);
    expect(link.sent[0]).toMatchObject({ topic: "homeassistant/device/a/config", retain: true });
    expect(told).toEqual(["announcing a"]);
  });

  it("sends documents of one device a second apart, and of several only the newest", () => {
    announcer.describe(device("a", { name: "1" }));
    pass(documentGapMs);
    for (const name of ["2", "3", "4"]) announcer.describe(device("a", { name }));
    pass(sameDeviceGapMs - 2 * documentGapMs);
    expect(link.sent).toHaveLength(1);
    pass(3 * documentGapMs);
    expect(link.sent.map(({ payload }) => JSON.parse(payload).device.name)).toEqual(["1", "4"]);
  });

  it("sends documents of different devices one after the other", () => {
    for (const id of ["a", "b", "c"]) announcer.describe(device(id));
    clock.advance(10 * documentGapMs);
    expect(ids()).toEqual(["a"]);
    link.acknowledge();
    pass(2 * documentGapMs);
    expect(ids()).toEqual(["a", "b", "c"]);
  });

  it("sends a parent before its children, whoever was described first", () => {
    announcer.describe(device("grandchild", { viaDevice: "child" as DeviceId }));
    announcer.describe(device("child", { viaDevice: "parent" as DeviceId }));
    announcer.describe(device("parent"));
    announcer.describe(device("orphan", { viaDevice: "unknown" as DeviceId }));
    pass(10 * documentGapMs);
    expect(ids()).toEqual(["parent", "child", "grandchild", "orphan"]);
  });

  it("gets along with devices that are each other's parents", () => {
    announcer.describe(device("a", { viaDevice: "b" as DeviceId }));
    announcer.describe(device("b", { viaDevice: "a" as DeviceId }));
    pass(10 * documentGapMs);
    expect(ids().toSorted()).toEqual(["a", "b"]);
  });

  it("sends a tombstone for a component that left, and a second later the document without it", () => {
    announcer.describe(device("a", { entities: [power, mode] }));
    pass(documentGapMs);
    announcer.describe(device("a", { entities: [mode] }));
    pass(3 * sameDeviceGapMs);
    expect(link.sent).toHaveLength(3);
    expect(JSON.parse(link.sent[1]?.payload ?? "").components.power).toEqual({ platform: "sensor" });
    expect(platforms(2)).toEqual({ mode: "sensor", ...own });
  });

  it("removes the old component before one of another platform takes its key", () => {
    announcer.describe(device("a", { entities: [power] }));
    pass(documentGapMs);
    announcer.describe(device("a", { entities: [{ ...power, platform: "binary_sensor" }] }));
    pass(3 * sameDeviceGapMs);
    expect([0, 1, 2].map((index) => platforms(index).power)).toEqual(["sensor", "sensor", "binary_sensor"]);
  });

  it("knows what an earlier run announced", () => {
    announcer.restore(new Map([["a" as DeviceId, new Map(Object.entries({ ...own, old: "sensor" }))]]));
    announcer.describe(device("a"));
    pass(3 * sameDeviceGapMs);
    expect([0, 1].map(platforms)).toEqual([{ ...own, old: "sensor" }, own]);
  });

  it("sends the tombstone again where the link was lost before the broker had it", () => {
    announcer.describe(device("a", { entities: [power] }));
    pass(documentGapMs);
    announcer.describe(device("a"));
    clock.advance(2 * sameDeviceGapMs);
    announcer.detach();
    link.lose();
    link = new FakeLink();
    announcer.attach(link);
    pass(3 * sameDeviceGapMs);
    expect([0, 1].map(platforms)).toEqual([{ ...own, power: "sensor" }, own]);
  });

  it("announces everything again on a new link, and keeps quiet without one", () => {
    announcer.detach();
    announcer.describe(device("a"));
    announcer.describe(device("b"));
    pass(sameDeviceGapMs);
    expect(link.sent).toEqual([]);
    announcer.attach(link);
    pass(10 * documentGapMs);
    expect(ids()).toEqual(["a", "b"]);
    expect(told.filter((text) => text.startsWith("announced"))).toEqual([]);
  });

  it("tells when a document is with the broker, where states are to follow it", () => {
    announcer.describe(device("a"));
    pass(2 * sameDeviceGapMs);
    announcer.announceAll(true);
    clock.advance(documentGapMs);
    expect(told).not.toContain("announced a");
    link.acknowledge();
    expect(told.at(-1)).toBe("announced a");
  });

  it("goes on after a document that the broker refused", () => {
    announcer.describe(device("a"));
    announcer.describe(device("b"));
    clock.advance(documentGapMs);
    link.acknowledge(Object.assign(new Error("Packet too large"), { code: 149 }));
    pass(2 * documentGapMs);
    expect(ids()).toEqual(["a", "b"]);
    expect(recorder.of("broker refused a discovery document", "warn")[0]).toMatchObject({ device: "a" });
  });

  it("says nothing more of a device that was removed", () => {
    announcer.restore(new Map([["a" as DeviceId, new Map([["old", "sensor"]])]]));
    for (const id of ["a", "b", "c"]) announcer.describe(device(id));
    announcer.remove("b" as DeviceId);
    pass(10 * documentGapMs);
    announcer.remove("a" as DeviceId);
    announcer.announceAll(true);
    pass(3 * sameDeviceGapMs);
    expect(ids()).toEqual(["a", "c", "c"]);
    expect(clock.pendingTimers).toBe(0);
  });
});
