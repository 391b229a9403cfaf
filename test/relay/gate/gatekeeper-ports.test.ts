import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../../src/model/device.js";
import { CloudAvailability } from "../../../src/relay/cloud/cloud-availability.js";
import { devicesOf, type GatekeeperPorts } from "../../../src/relay/gate/gatekeeper-ports.js";
import { createBus } from "../../../src/runtime/bus.js";
import { conversationOptions } from "../../support/conversation-options.js";
import { FakeClock } from "../../support/fake-clock.js";
import { recordLog } from "../../support/log-recorder.js";

function modeAtFirst(cloud: "relay" | "local" | "auto", known: { away?: boolean; cloudIsFree?: boolean } = {}): string {
  const clock = new FakeClock();
  const bus = createBus(recordLog().log);
  const availability = new CloudAvailability(clock, 10_000);
  if (known.away === true) availability.failedFor("192.0.2.1");
  let mode = "";
  bus.subscribe("test", (message) => {
    if (message.type === "cloud-mode") mode = message.mode;
  });
  const { session } = conversationOptions();
  const ports = { bus, clock, session, availability, cloud, address: "192.0.2.1", sighted: () => undefined };
  devicesOf({ ...ports, cloudIsFree: known.cloudIsFree ?? true } as unknown as GatekeeperPorts).note([
    "blueprint_7" as DeviceId,
  ]);
  return mode;
}

describe("where the cloud of a device stands when its session begins", () => {
  it("is what the policy says, and with auto what is known of the cloud", () => {
    expect([modeAtFirst("relay"), modeAtFirst("local"), modeAtFirst("auto")]).toEqual(["relay", "local", "relay"]);
    expect(modeAtFirst("auto", { away: true })).toBe("local");
    expect(modeAtFirst("auto", { cloudIsFree: false })).toBe("local");
    expect(modeAtFirst("relay", { away: true })).toBe("relay");
  });
});
