import { expect, it } from "vitest";
import type { EpochMs } from "../../../src/model/time.js";
import { BridgeStatus } from "../../../src/sinks/mqtt/bridge-status.js";
import { FakeClock } from "../../support/fake-clock.js";

it("publishes changes of relays at most once a second", () => {
  const clock = new FakeClock();
  const offered: string[] = [];
  const facts = () => ({ version: "1.2.3", startedAt: 0 as EpochMs, relays: [] });
  const status = new BridgeStatus("cloudtap/bridge/info", clock, facts, (topic) => offered.push(topic.render()));
  for (let change = 0; change < 50; change += 1) {
    status.changed();
    clock.advance(100);
  }
  expect(offered.length).toBeGreaterThanOrEqual(4);
  expect(offered.length).toBeLessThanOrEqual(5);
  expect(JSON.parse(offered[0] ?? "")).toEqual({ version: "1.2.3", started: "1970-01-01T00:00:00.000Z", relays: [] });
  status.stop();
  expect(clock.pendingTimers).toBe(0);
});
