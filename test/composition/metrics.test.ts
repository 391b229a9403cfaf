import { describe, expect, it } from "vitest";
import { createMetrics } from "../../src/composition/metrics.js";
import type { DeviceId } from "../../src/model/device.js";
import { sessionInfo } from "../support/capture-moments.js";
import { FakeCaptures } from "../support/fake-captures.js";
import { FakeClock } from "../support/fake-clock.js";
import { inverter, setUpHub } from "../support/hub-setup.js";
import { recordLog } from "../support/log-recorder.js";
import { readingOf } from "../support/session-messages.js";

describe("what Prometheus is told", () => {
  it("knows devices from the hub, and the program from its parts", async () => {
    const clock = new FakeClock();
    const { hub, describe: introduce, read, take } = setUpHub({ clock });
    const metrics = createMetrics({
      ...{ clock, log: recordLog().log, version: "1.2.3", hub, capture: () => new FakeCaptures().status() },
      traffic: () => [{ relay: "roof", protocol: "solarman", side: "device", received: 11, sent: 12 }],
      queues: () => [{ queue: "mqtt_events", length: 4 }],
      sinks: () => [{ sink: "mqtt", up: true }],
    });
    introduce(inverter("solarman_1", { protocol: "solarman" }));
    read("solarman_1", { power: 412 });
    const device = "solarman_1" as DeviceId;
    for (const message of [...take(), readingOf(sessionInfo("s-1"), { power: 412 }, device)]) metrics.accept(message);
    const { contentType, text } = await metrics.metrics();
    expect(contentType).toContain("text/plain");
    expect(text).toContain('cloudtap_build_info{version="1.2.3"} 1');
    expect(text).toMatch(/cloudtap_queue_length\{queue="mqtt_events"\} 4/);
    expect(text).toMatch(/device="solarman_1"[^\n]*\} 412/);
    await metrics.stop();
  });
});
