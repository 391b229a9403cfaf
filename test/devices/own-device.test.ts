import { describe, expect, it } from "vitest";
import { createOwnDevice, ownDeviceId } from "../../src/devices/own-device.js";
import type { BusMessage } from "../../src/model/ports.js";
import type { Problem } from "../../src/model/problem.js";
import { createBus } from "../../src/runtime/bus.js";
import { FakeCaptures } from "../support/fake-captures.js";
import { FakeClock } from "../support/fake-clock.js";
import { recordLog } from "../support/log-recorder.js";

function setUp(baseTopic = "cloudtap", relays: readonly string[] = ["roof", "pool"]) {
  const { log } = recordLog();
  const bus = createBus(log);
  const clock = new FakeClock();
  const captures = new FakeCaptures();
  const told: BusMessage[] = [];
  const wrong: Problem[] = [];
  bus.subscribe("test", (message) => {
    if (message.type !== "capture") told.push(message);
  });
  const own = createOwnDevice(
    { baseTopic, version: "1.2.3", relays },
    { bus, clock, log, status: () => captures.status(), problems: () => wrong },
  );
  const tell = (): void => bus.publish({ type: "capture", capture: captures.status() });
  const types = (): readonly string[] => told.map(({ type }) => type);
  const values = () => told.findLast((message) => message.type === "state")?.values;
  return { own, clock, captures, told, wrong, tell, types, values };
}

function problem(text: string, relay?: string): Problem {
  const words = { code: "relay_silent", severity: "error", facts: {}, text, remedy: "Look." } as const;
  return relay === undefined ? words : { ...words, relay };
}

describe("Cloudtap as a device", () => {
  it("is not there before it was started", () => {
    const { own, tell, told } = setUp();
    tell();
    own.republish();
    own.review();
    expect(told).toEqual([]);
  });

  it("is there from the start, also where nobody captures, and waits for nothing", async () => {
    const { own, types, told, values, clock } = setUp();
    await own.start();
    expect(types()).toEqual(["described", "state", "availability"]);
    expect(told[0]).toMatchObject({ description: { id: "cloudtap_bridge", name: "Cloudtap", swVersion: "1.2.3" } });
    expect(told[2]).toMatchObject({ device: "cloudtap_bridge", available: true, status: "online" });
    expect(values()).toEqual({
      ...{ problem: false, problem_detail: null },
      ...{ relay_roof_problem: false, relay_roof_detail: null, relay_pool_problem: false, relay_pool_detail: null },
      ...{ capture_problem: false, capture_detail: null, captures_running: 0 },
      ...{ packets_captured: 0, packets_dropped: 0, capture_roof: false, capture_pool: false },
    });
    expect(clock.pendingTimers).toBe(0);
  });

  it("announces each of its values, and no other", async () => {
    const { own, told, values } = setUp();
    await own.start();
    const description = told.find((message) => message.type === "described")?.description;
    expect(description?.entities.map(({ key }) => key).toSorted()).toEqual(Object.keys(values() ?? {}).toSorted());
  });

  it("shows a capture that goes on, and its end", async () => {
    const { own, captures, tell, values } = setUp();
    await own.start();
    await captures.start({ type: "relay", relay: "roof" }, 600_000, "on demand");
    tell();
    expect(values()).toMatchObject({ captures_running: 1, capture_roof: true, capture_pool: false });
    await captures.stop(undefined);
    tell();
    expect(values()).toMatchObject({ captures_running: 0, capture_roof: false });
  });

  it("says why captures fail, in a text that Home Assistant takes", async () => {
    const { own, captures, tell, values } = setUp();
    await own.start();
    captures.problem = `the disk is full: ${"x".repeat(300)}`;
    tell();
    expect(values()).toMatchObject({ capture_problem: true });
    expect(String(values()?.capture_detail)).toMatch(/^the disk is full: x+…$/);
    expect(String(values()?.capture_detail)).toHaveLength(255);
  });

  it("shows what is wrong once that has changed, and nothing otherwise", async () => {
    const { own, wrong, types, values } = setUp();
    await own.start();
    own.review();
    expect(types()).toHaveLength(3);
    wrong.push(problem("Nobody reports.", "pool"));
    own.review();
    own.review();
    expect(types().slice(3)).toEqual(["state"]);
    expect(values()).toMatchObject({
      ...{ relay_pool_problem: true, relay_pool_detail: "Nobody reports. Look.", relay_roof_problem: false },
      ...{ problem: false, captures_running: 0 },
    });
    wrong.pop();
    own.review();
    expect(values()).toMatchObject({ relay_pool_problem: false, relay_pool_detail: null });
  });

  it("counts on once a minute while a capture goes on, and only what has changed", async () => {
    const { own, captures, tell, types, values, clock } = setUp();
    await own.start();
    await captures.start({ type: "all" }, 600_000, "on demand");
    tell();
    const before = types().length;
    captures.captured = 7;
    clock.advance(59_999);
    expect(types()).toHaveLength(before);
    clock.advance(1);
    expect(values()).toMatchObject({ packets_captured: 7, captures_running: 1 });
    clock.advance(600_000);
    expect(types()).toHaveLength(before + 1);
    captures.dropped = 2;
    clock.advance(60_000);
    expect(values()).toMatchObject({ packets_dropped: 2 });
    await captures.stop(undefined);
    tell();
    clock.advance(60_000);
    expect(clock.pendingTimers).toBe(0);
  });

  it("waits for nothing once it has stopped", async () => {
    const { own, captures, tell, clock } = setUp();
    await captures.start({ type: "all" }, 600_000, "on demand");
    await own.start();
    tell();
    await own.stop();
    expect(clock.pendingTimers).toBe(0);
    tell();
    expect(clock.pendingTimers).toBe(0);
  });

  it("shows a relay's switch as off where its capture was not begun on demand", async () => {
    const { own, captures, values } = setUp();
    const target = { type: "relay", relay: "roof" } as const;
    captures.running = [{ id: "1", target, reason: "capture: always", since: captures.now }];
    await own.start();
    expect(values()).toMatchObject({ captures_running: 1, capture_roof: false });
  });

  it("has a key of its own for every switch, however the relay is called", () => {
    const { own } = setUp("cloudtap", ["problem", "detail", "roof-1"]);
    expect(own.keys).toEqual(["capture_problem-relay", "capture_detail-relay", "capture_roof-1"]);
    expect(own.keys.map((key) => own.relayOf(key))).toEqual(["problem", "detail", "roof-1"]);
    expect(own.relayOf("capture_problem")).toBeUndefined();
  });

  it("has another id with every base topic", () => {
    const topics = ["cloudtap", "home/cloudtap", "home_cloudtap", "home-cloudtap", "Cloudtap", "cloudtap/2", "käse"];
    const ids = topics.map(ownDeviceId);
    expect(new Set(ids).size).toBe(topics.length);
    expect(ids.every((id) => /^cloudtap_bridge[a-z0-9_]*$/.test(id))).toBe(true);
    expect(ownDeviceId("/cloudtap/")).toBe("cloudtap_bridge");
    expect(ownDeviceId("home/cloudtap")).toBe("cloudtap_bridge_home_2f_cloudtap");
  });
});
