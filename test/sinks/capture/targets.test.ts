import { describe, expect, it } from "vitest";
import type { CaptureTarget } from "../../../src/model/capture.js";
import type { DeviceId } from "../../../src/model/device.js";
import { needsRing, targetLabel, targets } from "../../../src/sinks/capture/targets.js";
import { inverter, sessionInfo } from "../../support/capture-moments.js";

const info = sessionInfo("s-1");
const nobody: ReadonlySet<DeviceId> = new Set();
const known: ReadonlySet<DeviceId> = new Set([inverter]);

describe("whose sessions a capture holds", () => {
  it.each<[CaptureTarget, boolean, boolean]>([
    [{ type: "all" }, true, true],
    [{ type: "relay", relay: "deye" }, true, true],
    [{ type: "relay", relay: "pool" }, false, false],
    [{ type: "device", device: inverter }, false, true],
    [{ type: "device", device: "envoy_1" as DeviceId }, false, false],
    [{ type: "address", relay: "deye", address: "192.0.2.10" }, true, true],
    [{ type: "address", relay: "deye", address: "192.0.2.11" }, false, false],
    [{ type: "address", relay: "pool", address: "192.0.2.10" }, false, false],
  ])("%j: nameless %j, named %j", (target, nameless, named) => {
    expect(targets(target, info, nobody)).toBe(nameless);
    expect(targets(target, info, known)).toBe(named);
  });

  it("is told only by the first frame where a device is meant", () => {
    expect(needsRing({ type: "device", device: inverter })).toBe(true);
    expect(needsRing({ type: "all" })).toBe(false);
    expect(needsRing({ type: "relay", relay: "deye" })).toBe(false);
    expect(needsRing({ type: "address", relay: "deye", address: "192.0.2.10" })).toBe(false);
  });

  it("has a label that fits into a file's name, IPv6 addresses too", () => {
    expect(targetLabel({ type: "all" })).toBe("all");
    expect(targetLabel({ type: "relay", relay: "all" })).toBe("relay-all");
    expect(targetLabel({ type: "device", device: inverter })).toBe(inverter);
    expect(targetLabel({ type: "address", relay: "deye", address: "fe80::1%eth0" })).toBe("deye-fe80__1_eth0");
  });
});
