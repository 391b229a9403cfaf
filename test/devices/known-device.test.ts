import { describe, expect, it } from "vitest";
import { knownDevice } from "../../src/devices/known-device.js";
import { TrackedDevice } from "../../src/devices/tracked-device.js";
import type { EpochMs } from "../../src/model/time.js";
import { inverter, testSession } from "../support/hub-setup.js";

describe("what is told of a device", () => {
  it("leaves out what is not known", () => {
    const device = new TrackedDevice(inverter("acme_1"), "roof", 5 as EpochMs);
    expect(knownDevice(device, 300)).toEqual({
      ...{ description: device.description, values: {}, lastSeen: 5, relay: "roof", intervalS: 300 },
      ...{ status: "online", available: true },
    });
    device.sawAt(7 as EpochMs, testSession);
    device.cloud = { mode: "local" };
    expect(knownDevice(device, 300)).toMatchObject({ lastSeen: 7, address: "127.0.0.1", cloud: { mode: "local" } });
  });
});
