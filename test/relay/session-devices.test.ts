import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../src/model/device.js";
import type { BusMessage } from "../../src/model/ports.js";
import { SessionDevices } from "../../src/relay/session-devices.js";
import { createBus } from "../../src/runtime/bus.js";
import { conversationOptions } from "../support/conversation-options.js";
import { FakeClock } from "../support/fake-clock.js";
import { recordLog } from "../support/log-recorder.js";

const [first, second] = ["blueprint_1" as DeviceId, "blueprint_2" as DeviceId];

describe("the devices of a session", () => {
  it("are told the mode when they show up, and each change once", () => {
    const bus = createBus(recordLog().log);
    const told: string[] = [];
    bus.subscribe("test", (message: BusMessage) => {
      if (message.type === "cloud-mode") told.push(`${message.device} ${message.mode}: ${message.reason}`);
    });
    const sighted: DeviceId[] = [];
    const { session } = conversationOptions();
    const ports = { bus, session, clock: new FakeClock(), sighted: (device: DeviceId) => sighted.push(device) };
    const devices = new SessionDevices(ports, "relay", "the cloud is asked");
    devices.note([first]);
    devices.note([first, second]);
    devices.setMode("local", "silence");
    devices.setMode("local", "refused");
    expect(told).toEqual([
      "blueprint_1 relay: the cloud is asked",
      "blueprint_2 relay: the cloud is asked",
      "blueprint_1 local: silence",
      "blueprint_2 local: silence",
    ]);
    expect([...devices]).toEqual([first, second]);
    expect(sighted).toEqual([first, second]);
  });
});
