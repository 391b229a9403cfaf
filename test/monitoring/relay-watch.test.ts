import { expect, it } from "vitest";
import type { RelayStatus } from "../../src/model/ports.js";
import { createRelayWatch } from "../../src/monitoring/relay-watch.js";
import { createBus } from "../../src/runtime/bus.js";
import { silentLogger } from "../../src/runtime/log.js";
import { FakeClock } from "../support/fake-clock.js";

it("notes since when a relay is as it is, and whether it ever had a device", () => {
  const clock = new FakeClock();
  const bus = createBus(silentLogger());
  const times = createRelayWatch(bus, clock);
  const startedAt = clock.now();
  const say = (status: RelayStatus["status"]): void => {
    const counts = { sessionsOpen: 0, sessionsStarted: 0, sessionsEnded: 0, turnedAway: 0 };
    const place = { name: "deye", protocol: "solarman", listen: "10000", upstream: "vendor", cloud: "relay" } as const;
    bus.publish({ type: "relay", relay: { ...place, ...counts, status } });
  };
  expect(times("deye")).toBeUndefined();
  say("waiting");
  clock.advance(1_000);
  say("waiting");
  expect(times("deye")).toEqual({ startedAt, since: startedAt, status: "waiting", hasReported: false });
  say("active");
  clock.advance(1_000);
  say("silent");
  expect(times("deye")).toEqual({ startedAt, since: clock.now(), status: "silent", hasReported: true });
  expect(times("roof")).toBeUndefined();
});
