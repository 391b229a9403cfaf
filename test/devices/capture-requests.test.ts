import { describe, expect, it } from "vitest";
import { createCaptureRequests } from "../../src/devices/capture-requests.js";
import type { KnownDevice } from "../../src/devices/known-device.js";
import { bridgeId } from "../../src/model/capture.js";
import type { DeviceId } from "../../src/model/device.js";
import type { BusMessage } from "../../src/model/ports.js";
import { createBus } from "../../src/runtime/bus.js";
import { FakeCaptures } from "../support/fake-captures.js";
import { recordLog } from "../support/log-recorder.js";

const logger = "solarman_2712345678" as DeviceId;
const own = "cloudtap_bridge" as DeviceId;
const known: KnownDevice = {
  description: { id: logger, protocol: "solarman", name: "Logger", entities: [], eventTypes: [] },
  ...{ status: "online", available: true, values: {}, relay: "roof", intervalS: 300 },
  lastSeen: new FakeCaptures().now,
};

function setUp() {
  const recorder = recordLog();
  const bus = createBus(recorder.log);
  const control = new FakeCaptures();
  const results: Extract<BusMessage, { readonly type: "write-result" }>[] = [];
  let republished = 0;
  bus.subscribe("test", (message) => {
    if (message.type === "write-result") results.push(message);
  });
  const request = createCaptureRequests({
    ...{ bus, log: recorder.log, control, relays: ["roof", "pool"] },
    hub: { find: (id) => (id === logger ? known : undefined) },
    own: {
      id: own,
      relayOf: (key) => (key === "capture_roof" ? "roof" : undefined),
      republish: () => {
        republished += 1;
      },
    },
  });
  const ask = async (device: DeviceId, key: string, payload: string) => {
    const before = results.length;
    request(device, key, payload);
    await expect.poll(() => results.length).toBe(before + 1);
    return results.at(-1)?.result;
  };
  return { ask, control, results, recorder, republished: () => republished };
}

describe("captures that are asked for over MQTT", () => {
  it("are of the device in whose place it was asked, and end when that is asked", async () => {
    const { ask, control, results } = setUp();
    expect(await ask(logger, "capture", "90")).toEqual({ status: "applied", value: 90 });
    expect(control.running).toMatchObject([
      { target: { type: "device", device: logger }, reason: "on demand: MQTT", until: control.now + 90_000 },
    ]);
    expect(await ask(logger, "capture", "OFF")).toEqual({ status: "applied", value: 0 });
    expect(control.running).toEqual([]);
    expect(results[0]?.request).toEqual({ device: logger, key: "capture", value: "90" });
  });

  it("are of a relay, a device or everything where Cloudtap itself was asked", async () => {
    const { ask, control } = setUp();
    await ask(bridgeId, "capture", '{"relay":"pool","seconds":5}');
    await ask(bridgeId, "capture", `{"device":"${logger.toUpperCase()}"}`);
    expect(await ask(bridgeId, "capture", "ON")).toEqual({ status: "applied", value: 600 });
    expect(control.running.map(({ target }) => target)).toEqual([
      { type: "relay", relay: "pool" },
      { type: "device", device: logger },
      { type: "all" },
    ]);
    await ask(bridgeId, "capture", '{"relay":"pool","seconds":0}');
    expect(control.running).toHaveLength(2);
    await ask(bridgeId, "capture", "OFF");
    expect(control.running).toEqual([]);
  });

  it("are of a relay with its switch", async () => {
    const { ask, control, republished } = setUp();
    expect(await ask(own, "capture_roof", "ON")).toEqual({ status: "applied", value: true });
    expect(control.running).toMatchObject([{ target: { type: "relay", relay: "roof" } }]);
    expect(await ask(own, "capture_roof", "False")).toEqual({ status: "applied", value: false });
    expect(republished()).toBe(0);
  });

  it("are refused where nobody of that name is known", async () => {
    const { ask, control } = setUp();
    const unknown = { status: "rejected", error: "unknown device" };
    expect(await ask("envoy_1" as DeviceId, "capture", "ON")).toEqual(unknown);
    expect(await ask(bridgeId, "capture", '{"device":"envoy_1"}')).toEqual(unknown);
    expect(await ask(bridgeId, "capture", '{"relay":"cellar"}')).toMatchObject({ error: "unknown relay" });
    expect(await ask(logger, "capture", "always")).toMatchObject({ error: expect.stringContaining("ON, OFF") });
    expect(control.running).toEqual([]);
  });

  it("end in why they cannot be made, and a switch falls back", async () => {
    const { ask, control, republished, recorder } = setUp();
    control.problem = "the disk is full";
    expect(await ask(own, "capture_roof", "ON")).toEqual({ status: "rejected", error: "the disk is full" });
    expect(await ask(own, "capture_cellar", "ON")).toMatchObject({ error: "Cloudtap itself has no capture_cellar" });
    expect(republished()).toBe(2);
    expect(recorder.of("setting from outside")).toMatchObject([
      { device: own, key: "capture_roof", status: "rejected", reason: "the disk is full" },
      { key: "capture_cellar" },
    ]);
  });

  it("survive a fault of whoever makes them, which is logged", async () => {
    const { ask, control, recorder } = setUp();
    control.start = () => Promise.reject(new Error("a fault"));
    expect(await ask(logger, "capture", "ON")).toEqual({ status: "rejected", error: "internal fault" });
    expect(recorder.of("internal fault", "error")).toHaveLength(1);
  });
});
