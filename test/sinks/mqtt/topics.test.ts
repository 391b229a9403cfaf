import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../../src/model/device.js";
import { Topics } from "../../../src/sinks/mqtt/topics.js";
import { inverterId } from "./descriptions.js";

const topics = new Topics("cloudtap", "homeassistant");

describe("topics", () => {
  it("are those that users rely on", () => {
    expect([
      topics.bridgeState,
      topics.bridgeInfo,
      topics.state(inverterId),
      topics.value(inverterId, "ac_power"),
      topics.availability(inverterId),
      topics.event(inverterId),
      topics.command(inverterId, "limit"),
      topics.response(inverterId),
      topics.discovery(inverterId),
    ]).toEqual([
      "cloudtap/bridge/state",
      "cloudtap/bridge/info",
      "cloudtap/solarman_2712345678/state",
      "cloudtap/solarman_2712345678/ac_power",
      "cloudtap/solarman_2712345678/availability",
      "cloudtap/solarman_2712345678/event",
      "cloudtap/solarman_2712345678/set/limit",
      "cloudtap/solarman_2712345678/response",
      "homeassistant/device/solarman_2712345678/config",
    ]);
  });

  it("can be asked for one setting of every device", () => {
    expect(topics.everyCommandOf("read_again")).toBe("cloudtap/+/set/read_again");
  });

  it("ignore slashes at the ends of what was configured", () => {
    expect(new Topics("/home/cloudtap/", "ha/").state(inverterId)).toBe("home/cloudtap/solarman_2712345678/state");
  });

  it("keep a value apart from the device's other topics", () => {
    expect(topics.value(inverterId, "state")).toBe("cloudtap/solarman_2712345678/state_value");
  });

  it("lead back to the device, and to none for the bridge or somebody else", () => {
    expect(topics.deviceOfState(topics.state(inverterId))).toBe(inverterId);
    expect(topics.deviceOfDiscovery(topics.discovery(inverterId))).toBe(inverterId);
    expect(topics.deviceOfState("cloudtap/bridge/state")).toBeUndefined();
    expect(topics.deviceOfState("other/solarman_1/state")).toBeUndefined();
    expect(topics.deviceOfDiscovery("homeassistant/device/0x00AB/config")).toBeUndefined();
  });

  it("lead from a command to the setting, and to none where it could be none of ours", () => {
    expect(topics.settingOfCommand(topics.command(inverterId, "limit"))).toEqual({ device: inverterId, key: "limit" });
    const others = [
      ...["cloudtap/bridge/set/limit", "cloudtap/envoy_1/get/limit", "other/envoy_1/set/limit", "cloudtap/envoy_1/set"],
      ...[
        "cloudtap/envoy_1/set/limit/x",
        "cloudtap/x/envoy_1/set/limit",
        "cloudtap/Envoy/set/limit",
        "cloudtap/envoy_1/set/a b",
      ],
    ];
    for (const topic of others) expect(topics.settingOfCommand(topic)).toBeUndefined();
  });

  it("lead from the bridge's own command to captures, and to nothing else of it", () => {
    expect(topics.settingOfCommand("cloudtap/bridge/set/capture")).toEqual({ device: "bridge", key: "capture" });
    expect(topics.settingOfCommand("cloudtap/bridge/set/captures")).toBeUndefined();
    expect(topics.settingOfCommand("other/bridge/set/capture")).toBeUndefined();
  });

  it("are valid to publish to, whatever ids and keys are", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (id, key) => {
        const device = id as DeviceId;
        const all = [topics.state(device), topics.value(device, key), topics.event(device), topics.discovery(device)];
        for (const topic of all) expect(topic).toMatch(/^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)+$/);
        expect(topic(device, key)).not.toBe(topics.state(device));
      }),
    );
  });
});

function topic(device: DeviceId, key: string): string {
  return topics.value(device, key);
}
