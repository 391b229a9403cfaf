import { describe, expect, it } from "vitest";
import { DevicePublisher, hasState } from "../../src/devices/device-publisher.js";
import { TrackedDevice } from "../../src/devices/tracked-device.js";
import type { Encryption } from "../../src/model/encryption.js";
import type { BusMessage } from "../../src/model/ports.js";
import type { EpochMs } from "../../src/model/time.js";
import { createBus } from "../../src/runtime/bus.js";
import { silentLogger } from "../../src/runtime/log.js";
import { FakeClock } from "../support/fake-clock.js";
import { inverter, testSession } from "../support/hub-setup.js";

const at = 5 as EpochMs;
const place = { relay: "roof", address: "127.0.0.1", target: "" };
const encryption: Encryption = { state: "refused", since: at, ...place, reason: "alert unknown ca" };

function setUp() {
  const bus = createBus(silentLogger());
  const messages: BusMessage[] = [];
  bus.subscribe("test", (message) => messages.push(message));
  const clock = new FakeClock();
  return {
    messages,
    clock,
    publisher: new DevicePublisher(bus, clock),
    device: new TrackedDevice(inverter("acme_1"), "roof", at),
  };
}

describe("publishing devices", () => {
  it("keeps the state and the availability of a device back that is not announced", () => {
    const { messages, publisher, device } = setUp();
    publisher.state(device);
    publisher.availability(device);
    expect(messages).toEqual([]);
  });

  it("publishes what is known, and notes when", () => {
    const { messages, clock, publisher, device } = setUp();
    device.announced = true;
    publisher.description(device);
    publisher.state(device);
    publisher.availability(device);
    publisher.refusal(testSession, device.id, "energy: 0");
    publisher.removal(device);
    expect(messages).toMatchObject([
      { type: "described", description: device.description },
      { type: "state", device: "acme_1", values: {}, lastSeen: at },
      { type: "availability", status: "online" },
      { type: "anomaly", anomaly: { kind: "total_refused", detail: "energy: 0" } },
      { type: "removed", device: "acme_1" },
    ]);
    expect(device.statePublishedAt).toBe(clock.now());
  });

  it("adds to description and state what is known of encryption", () => {
    const { messages, publisher, device } = setUp();
    device.announced = true;
    expect(hasState(device)).toBe(false);
    device.encryption = encryption;
    expect(hasState(device)).toBe(true);
    publisher.description(device);
    publisher.state(device);
    expect(messages).toMatchObject([{ type: "described" }, { type: "state", values: { encryption: "refused" } }]);
    expect(JSON.stringify(messages[0])).toContain("read_again");
  });
});
