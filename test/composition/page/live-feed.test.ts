import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../../src/model/device.js";
import type { EpochMs } from "../../../src/model/time.js";
import { sessionInfo } from "../../support/capture-moments.js";
import { inverter } from "../../support/hub-setup.js";
import { readingOf } from "../../support/session-messages.js";
import { ownDevice, setUpPage } from "./page-setup.js";

const device = "solarman_1" as DeviceId;
const session = sessionInfo("s-1", { protocol: "solarman", relay: "roof" });

describe("what the page is told", () => {
  it("is what happens to devices, but not to Cloudtap's own", () => {
    const setup = setUpPage();
    const { told, end } = setup.watch({ sessions: false });
    setup.bus.publish({ type: "device", session, update: { description: inverter(device) } });
    setup.bus.publish(readingOf(session, { power: 412 }, device));
    setup.bus.publish({ type: "described", description: { ...inverter(ownDevice), isBridge: true } });
    setup.bus.publish({ type: "state", device: ownDevice, values: {}, lastSeen: 0 as EpochMs });
    setup.bus.publish({
      type: "event",
      event: { device, type: "command", at: 1 as EpochMs, attributes: { text: "t" } },
    });
    setup.bus.publish({ type: "capture", capture: setup.captures.status() });
    setup.feed.overviewChanged();
    const names = told.map(({ name, data }) => [name, data]);
    expect(names).toContainEqual(["device", { device, removed: false }]);
    expect(names).toContainEqual(["state", expect.objectContaining({ device, values: { power: 412 } })]);
    expect(names).toContainEqual(["event", { device, type: "command", at: 1, attributes: { text: "t" } }]);
    expect(names.map(([name]) => name).slice(-2)).toEqual(["captures", "overview"]);
    expect(JSON.stringify(told)).not.toContain(ownDevice);
    setup.hub.remove(device);
    expect(told.at(-1)).toEqual({ name: "device", data: { device, removed: true } });
    const count = told.length;
    end();
    setup.feed.overviewChanged();
    expect(told).toHaveLength(count);
  });
});
