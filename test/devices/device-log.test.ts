import { describe, expect, it } from "vitest";
import { logNewDevice, logStatus, logTaken } from "../../src/devices/device-log.js";
import { TrackedDevice } from "../../src/devices/tracked-device.js";
import type { DeviceStatus } from "../../src/model/device.js";
import type { EpochMs } from "../../src/model/time.js";
import { inverter } from "../support/hub-setup.js";
import { recordLog } from "../support/log-recorder.js";

const nothing = { accepted: true, changes: [], refusals: [], replaced: [] };

function device(status: DeviceStatus = "online"): TrackedDevice {
  const tracked = new TrackedDevice(inverter("acme_1", { model: "A1" }), "roof", 1_000 as EpochMs);
  tracked.availability = { status, available: status === "online" };
  return tracked;
}

describe("device log", () => {
  it("names a new device, its protocol, model and relay", () => {
    const { log, lines } = recordLog();
    logNewDevice(log, device());
    expect(lines[0]).toMatchObject({ level: 30, device: "acme_1", protocol: "acme", model: "A1", relay: "roof" });
  });

  it.each([
    ["offline", 40, "device away"],
    ["asleep", 30, "device asleep"],
    ["online", 30, "device back"],
  ] as const)("tells %s at level %i as %s", (status, level, msg) => {
    const { log, lines } = recordLog();
    logStatus(log, device(status), "online");
    expect(lines).toMatchObject([{ level, msg, device: "acme_1", lastSeen: "1970-01-01T00:00:01.000Z" }]);
  });

  it("W21: tells each changed value at debug, with what it was and what it is", () => {
    const { log, lines } = recordLog("debug");
    logTaken(log, device().id, { ...nothing, changes: [{ key: "mode", from: "auto", to: "manual" }] });
    expect(lines).toMatchObject([{ level: 20, msg: "value changed", key: "mode", from: "auto", to: "manual" }]);
  });

  it("shows the name of a wireless network nowhere", () => {
    const { log, lines } = recordLog("debug");
    logTaken(log, device().id, { ...nothing, changes: [{ key: "ssid", from: "home", to: "guest" }] });
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toMatch(/home|guest/);
  });

  it("tells at info only that a counter was replaced", () => {
    const { log, lines } = recordLog("info");
    const changes = [{ key: "energy", from: 500, to: 3 }];
    logTaken(log, device().id, { ...nothing, changes, replaced: changes });
    expect(lines).toMatchObject([{ msg: "total accepted from a replaced device", key: "energy", from: 500, to: 3 }]);
  });
});
