import { describe, expect, it } from "vitest";
import { renderFrameJson, renderFrameText } from "../../src/cli/decoded-text.js";
import type { DecodedFrame } from "../../src/cli/offline-session.js";
import type { DeviceId } from "../../src/model/device.js";
import type { EpochMs } from "../../src/model/time.js";

const device = "blueprint_1" as DeviceId;
const at = Date.UTC(2026, 5, 21, 10) as EpochMs;
const frame: DecodedFrame = {
  direction: "cloud-to-device",
  whole: true,
  hex: "b17e",
  bytes: 2,
  decoded: {
    role: "command",
    label: "interval 1",
    command: { classes: ["setting"], text: "report every 60 s", keys: [] },
    devices: [
      { description: { id: device, protocol: "b", name: "Meter", swVersion: "1", entities: [], eventTypes: [] } },
    ],
    readings: [
      { device, measuredAt: at, receivedAt: at, live: true, values: { power: 400, note: null } },
      { device, measuredAt: undefined, receivedAt: at, live: false, values: { power: 1 } },
      { device, measuredAt: 1e300 as EpochMs, receivedAt: at, live: false, values: {} },
    ],
    events: [{ device, type: "alarm", at, attributes: { code: 7 } }],
    anomalies: [{ kind: "garbage", direction: "cloud-to-device", detail: "why" }],
  },
};
const place = { file: "f.txt", line: 12 };
const entities = [{ key: "power", platform: "sensor", name: "Power", unit: "W" }] as const;

describe("renderFrameText", () => {
  it("gives a row a fact, with units", () => {
    expect(renderFrameText(frame, place, entities)).toBe(
      `   12  < cloud       2 B  command          interval 1
       command: report every 60 s
       device blueprint_1: Meter
       reading of blueprint_1, 2026-06-21T10:00:00.000Z
         power  400 W
         note   unknown
       reading of blueprint_1, at an unknown time, stored
         power  1 W
       reading of blueprint_1, at an impossible time, stored
       event alarm of blueprint_1 {"code":7}
       anomaly garbage: why
`,
    );
  });

  it("shows the bytes of what is no frame", () => {
    expect(renderFrameText({ ...frame, whole: false }, place, entities)).toContain("hex b17e\n");
  });
});

describe("renderFrameJson", () => {
  it("D25: is one object in one line, with keys as users see them", () => {
    const text = renderFrameJson(frame, place);
    expect(text.indexOf("\n")).toBe(text.length - 1);
    expect(JSON.parse(text)).toEqual({
      ...{ file: "f.txt", line: 12, direction: "cloud-to-device", bytes: 2, whole: true, hex: "b17e" },
      ...{ role: "command", label: "interval 1", command: "report every 60 s", classes: ["setting"] },
      devices: [{ id: device, name: "Meter", sw_version: "1" }],
      readings: [
        { device, measured_at: "2026-06-21T10:00:00.000Z", live: true, values: { power: 400, note: null } },
        { device, measured_at: null, live: false, values: { power: 1 } },
        { device, measured_at: null, live: false, values: {} },
      ],
      events: [{ device, type: "alarm", at: "2026-06-21T10:00:00.000Z", attributes: { code: 7 } }],
      anomalies: [{ kind: "garbage", direction: "cloud-to-device", detail: "why" }],
    });
  });
});
