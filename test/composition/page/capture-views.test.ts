import { describe, expect, it } from "vitest";
import { capturesViewOf, runningViewOf } from "../../../src/composition/page/capture-views.js";
import type { CaptureStatus, CaptureTarget } from "../../../src/model/capture.js";
import type { DeviceId } from "../../../src/model/device.js";
import type { EpochMs } from "../../../src/model/time.js";

const device = "websentry_1" as DeviceId;
const at = (ms: number) => ms as EpochMs;

describe("captures on the page", () => {
  it.each<[CaptureTarget, string]>([
    [{ type: "all" }, "all"],
    [{ type: "relay", relay: "roof" }, "roof"],
    [{ type: "device", device }, "websentry_1"],
    [{ type: "address", relay: "roof", address: "192.0.2.7" }, "192.0.2.7"],
  ])("name whose traffic it is: %o", (target, name) => {
    expect(runningViewOf({ id: "1", target, reason: "why", since: at(1), until: at(2) })).toEqual({
      ...{ id: "1", target: name, reason: "why", since: 1, until: 2 },
    });
  });

  it("show the newest file first, and what keeps them from being written", async () => {
    const status: CaptureStatus = {
      ...{ mode: "none", directory: "/captures", running: [], problem: "disk full", captured: 3, dropped: 1 },
    };
    const file = (name: string) => ({ name, bytes: 5, changedAt: at(9), isOpen: false });
    const control = { status: () => status, files: async () => [file("older"), file("newer")] };
    const view = await capturesViewOf(control, true);
    expect(view.files.map(({ name }) => name)).toEqual(["newer", "older"]);
    expect(view).toMatchObject({ problem: "disk full", captured: 3, dropped: 1, running: [], rawRefused: true });
  });
});
