import { describe, expect, it } from "vitest";
import type { RelayStatus } from "../../src/model/ports.js";
import { createHealth } from "../../src/monitoring/health.js";
import { FakeClock } from "../support/fake-clock.js";

function relay(status: RelayStatus["status"]): RelayStatus {
  const counts = { sessionsOpen: 0, sessionsStarted: 0, sessionsEnded: 0, turnedAway: 0 };
  return { name: "deye", protocol: "solarman", listen: "10000", upstream: "vendor", cloud: "relay", status, ...counts };
}

function setUp() {
  const clock = new FakeClock();
  const world: { relays: readonly RelayStatus[]; store: string | undefined; elapsed: number } = {
    ...{ relays: [relay("waiting"), relay("failed")], store: undefined, elapsed: 0 },
  };
  const ports = { clock, relays: () => world.relays, store: () => world.store, elapsedMs: () => world.elapsed };
  /** Time in which timers run. */
  const pass = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += 1_000) {
      world.elapsed += 1_000;
      clock.advance(1_000);
    }
  };
  return { clock, world, pass, health: createHealth(ports) };
}

describe("health", () => {
  it("is ok while one relay listens, whatever the others do", async () => {
    const { health, pass } = setUp();
    expect(health.health()).toEqual({ status: "ok", reasons: [] });
    await health.start();
    pass(600_000);
    expect(health.health()).toEqual({ status: "ok", reasons: [] });
  });

  it("fails once no relay listens", () => {
    const { health, world } = setUp();
    world.relays = [relay("failed"), relay("failed")];
    expect(health.health()).toEqual({ status: "failing", reasons: ["no relay listens"] });
  });

  it("fails as long as the store does", () => {
    const { health, world } = setUp();
    world.store = "the disk is full";
    expect(health.health()).toEqual({ status: "failing", reasons: ["the store fails: the disk is full"] });
    world.store = undefined;
    expect(health.health().status).toBe("ok");
  });

  it("fails for a minute after the program was stuck", async () => {
    const { health, world, pass, clock } = setUp();
    await health.start();
    pass(2_000);
    world.elapsed += 13_000;
    expect(health.health().status).toBe("ok");
    world.elapsed += 1;
    expect(health.health()).toEqual({ status: "failing", reasons: ["it was stuck for 10 s"] });
    world.elapsed += 4_000;
    clock.advance(3_000);
    expect(health.health().reasons).toEqual(["it was stuck for 14 s"]);
    pass(59_000);
    expect(health.health().status).toBe("failing");
    pass(1_000);
    expect(health.health().status).toBe("ok");
  });

  it("does not care about a system whose time is set", async () => {
    const { health, clock, pass } = setUp();
    await health.start();
    clock.advance(4_999);
    pass(1_000);
    clock.advance(3_600_000);
    expect(health.health().status).toBe("ok");
  });

  it("fails while it stops, and leaves no timer behind", async () => {
    const { health, clock } = setUp();
    await health.start();
    await health.stop();
    expect(health.health()).toEqual({ status: "failing", reasons: ["Cloudtap is stopping"] });
    expect(clock.pendingTimers).toBe(0);
  });
});
