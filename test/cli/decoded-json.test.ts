import { describe, expect, it } from "vitest";
import { renderJson } from "../../src/cli/decoded-json.js";
import { capturedLeg, device, frameItem, shownAt, shownSession, undatedLeg } from "./shown-session.js";

const hexFile = shownSession(undatedLeg);
const captured = shownSession(capturedLeg, { number: 2 });
const time = "2026-06-21T10:00:00.000123Z";

describe("renderJson", () => {
  it("D25: is one object in one line, with keys as users see them", () => {
    const text = renderJson(frameItem(hexFile), "f.txt", "hex-lines");
    expect(text.indexOf("\n")).toBe(text.length - 1);
    expect(JSON.parse(text)).toEqual({
      ...{ type: "frame", file: "f.txt", line: 12, time: null, session: 1 },
      ...{ direction: "cloud-to-device", bytes: 2, whole: true, hex: "b17e" },
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

  it("says of a captured frame when it came, in which packet, and on which leg of which relay", () => {
    expect(JSON.parse(renderJson(frameItem(captured), "f.pcapng", "packets"))).toMatchObject({
      ...{ packet: 12, time, session: 2, leg: "device", relay: "meter" },
    });
  });

  it("tells of sessions what the capture notes", () => {
    expect(JSON.parse(renderJson({ type: "session", session: captured }, "f.pcapng", "packets"))).toEqual({
      ...{ type: "session", file: "f.pcapng", time, session: 2, leg: "device", relay: "meter", protocol: "blueprint" },
      ...{ client: "192.168.1.50:41234", server: "[2001:db8::1]:7000", complete: true, captured_as: "ab12cd-1" },
      ...{ security: "tls", port: 443, device, reason: "capture: always" },
    });
    const session = shownSession(undatedLeg, { verdict: { type: "tls" } });
    expect(JSON.parse(renderJson({ type: "session", session }, "f", "hex-lines"))).toEqual({
      ...{ type: "session", file: "f", time: null, session: 1, protocol: null, unread: "tls", complete: true },
    });
  });

  it("tells of missing bytes and of the end", () => {
    const lost = { type: "lost", session: captured, direction: "cloud-to-device", bytes: 7, at: shownAt } as const;
    expect(JSON.parse(renderJson(lost, "f", "packets"))).toEqual({
      ...{ type: "lost", file: "f", time, session: 2, leg: "device", relay: "meter" },
      ...{ direction: "cloud-to-device", bytes: 7 },
    });
    const end = { type: "end", session: hexFile, at: shownAt, ending: "open" } as const;
    expect(JSON.parse(renderJson(end, "f", undefined))).toEqual({
      ...{ type: "end", file: "f", time: null, session: 1, ending: "open" },
    });
  });
});
