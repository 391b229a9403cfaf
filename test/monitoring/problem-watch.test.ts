import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../src/model/device.js";
import type { RelayStatus } from "../../src/model/ports.js";
import { createProblemWatch } from "../../src/monitoring/problem-watch.js";
import { createBus } from "../../src/runtime/bus.js";
import { FakeClock } from "../support/fake-clock.js";
import { recordLog } from "../support/log-recorder.js";
import { deviceOf, now, relayOf, sourcesOf } from "./problem-sources.js";

function setUp() {
  const clock = new FakeClock(now);
  const logs = recordLog();
  const bus = createBus(logs.log);
  const world = { relays: [relayOf()], connected: true, looks: 0, broken: false };
  const devices = [deviceOf("a"), deviceOf("b")];
  const sources = {
    ...sourcesOf({ devices: () => devices }),
    relays: (): readonly RelayStatus[] => {
      world.looks += 1;
      if (world.broken) throw new Error("out of order");
      return world.relays;
    },
    broker: () => ({ url: "mqtt://broker.test", connected: world.connected }),
  };
  const watch = createProblemWatch({ bus, clock, log: logs.log, sources });
  const told: (readonly string[])[] = [];
  watch.onChanged(() => told.push(watch.problems().map(({ code }) => code)));
  const tell = (): void =>
    bus.publish({ type: "availability", device: "a" as DeviceId, available: true, status: "online" });
  return { clock, logs, bus, world, devices, watch, told, tell };
}

describe("watching for problems", () => {
  it("tells who listens of those that come, go, or have other words, and of nothing else", async () => {
    const { clock, world, watch, told, tell } = setUp();
    await watch.start();
    clock.advance(60_000);
    expect(told).toEqual([]);
    world.relays = [relayOf({ status: "failed", error: "taken" })];
    tell();
    clock.advance(1_000);
    expect(told).toEqual([["relay_failed"]]);
    world.relays = [relayOf({ status: "failed", error: "needs more rights" })];
    tell();
    clock.advance(1_000);
    world.relays = [relayOf()];
    tell();
    clock.advance(1_000);
    expect(told).toEqual([["relay_failed"], ["relay_failed"], []]);
  });

  it("looks once a second at most, however much is told, and never in the middle of a message", async () => {
    const { clock, world, watch, tell } = setUp();
    await watch.start();
    clock.advance(5_000);
    const before = world.looks;
    for (let i = 0; i < 100; i += 1) tell();
    expect(world.looks).toBe(before);
    clock.advance(0);
    expect(world.looks).toBe(before + 1);
    for (let i = 0; i < 100; i += 1) {
      tell();
      watch.review();
    }
    clock.advance(999);
    expect(world.looks).toBe(before + 1);
    clock.advance(1);
    expect(world.looks).toBe(before + 2);
  });

  it("does not look at readings", async () => {
    const { clock, bus, world, watch } = setUp();
    await watch.start();
    const before = world.looks;
    const values = { power: 1 };
    for (let i = 0; i < 9; i += 1) {
      clock.advance(1_000);
      bus.publish({ type: "state", device: "a" as DeviceId, values, lastSeen: now });
    }
    expect(world.looks).toBe(before);
  });

  it("notices by itself what no message tells: a broker that stays away, and its return", async () => {
    const { clock, world, watch, told } = setUp();
    await watch.start();
    world.connected = false;
    clock.advance(39_999);
    expect(told).toEqual([]);
    clock.advance(10_001);
    expect(told).toEqual([["broker_away"]]);
    expect(watch.problems()).toMatchObject([{ code: "broker_away", since: now + 10_000 }]);
    world.connected = true;
    clock.advance(10_000);
    expect(told).toEqual([["broker_away"], []]);
    world.connected = false;
    expect(watch.problems()).toEqual([]);
  });

  it("goes on where a listener or a source is out of order", async () => {
    const { clock, logs, world, watch, told } = setUp();
    watch.onChanged(() => {
      throw new Error("a listener fails");
    });
    const later: number[] = [];
    watch.onChanged(() => later.push(clock.now()));
    await watch.start();
    world.broken = true;
    clock.advance(20_000);
    world.broken = false;
    world.relays = [relayOf({ status: "failed" })];
    clock.advance(10_000);
    expect(told).toEqual([["relay_failed"]]);
    expect(later).toHaveLength(1);
    expect(logs.of("internal fault", "error")).toHaveLength(2);
  });

  it("leaves no timer behind", async () => {
    const { clock, watch, tell } = setUp();
    await watch.start();
    await watch.stop();
    tell();
    watch.review();
    expect(clock.pendingTimers).toBe(0);
    expect(watch.problems()).toEqual([]);
  });
});
