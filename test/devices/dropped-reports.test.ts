import { describe, expect, it } from "vitest";
import { createDroppedReports } from "../../src/devices/dropped-reports.js";
import type { DeviceId } from "../../src/model/device.js";
import type { BusMessage } from "../../src/model/ports.js";
import type { EpochMs } from "../../src/model/time.js";
import { createBus } from "../../src/runtime/bus.js";
import { FakeClock } from "../support/fake-clock.js";
import { recordLog } from "../support/log-recorder.js";

describe("reports that a cloud will not have", () => {
  it("are an event of their device, with the reason and the time", () => {
    const clock = new FakeClock();
    const bus = createBus(recordLog().log);
    const messages: BusMessage[] = [];
    bus.subscribe("test", (message) => messages.push(message));
    const device = "envoy_1" as DeviceId;
    createDroppedReports(bus, clock)({ device, keptAt: Date.UTC(2026, 5, 1) as EpochMs }, "too old");
    const attributes = { reason: "too old", kept_at: "2026-06-01T00:00:00.000Z" };
    expect(messages).toEqual([
      { type: "event", event: { device, type: "outbox_dropped", at: clock.now(), attributes } },
    ]);
  });
});
