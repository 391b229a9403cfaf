import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../../src/model/device.js";
import { legOpening, sessionInfo } from "../../support/capture-moments.js";
import { inverter } from "../../support/hub-setup.js";
import { frameOf, readingOf, seenOf } from "../../support/session-messages.js";
import { type PageSetup, setUpPage } from "./page-setup.js";

const device = "solarman_1" as DeviceId;
const session = sessionInfo("s-1", { protocol: "solarman", relay: "roof" });
/** A heartbeat of a logger. */
const heartbeat = Buffer.from("a5010010470100d2029649006215", "hex");

function open(bus: PageSetup["bus"], info = session): void {
  bus.publish({ type: "session-opened", session: info });
}

function withDevice(setup = setUpPage()) {
  setup.bus.publish({ type: "device", session, update: { description: inverter(device) } });
  setup.bus.publish(readingOf(session, { power: 412 }, device));
  return setup;
}

describe("what the page shows", () => {
  it("is relays with their control, devices, and problems where they belong", async () => {
    const { sources, problems } = withDevice();
    const problem = { code: "x", severity: "error", facts: {}, text: "t", remedy: "r" } as const;
    problems.push(problem, { ...problem, device }, { ...problem, relay: "roof" });
    const view = await sources.overview();
    expect(view.relays).toMatchObject([{ name: "roof", control: true, sessionsOpen: 1, turnedAway: 0 }]);
    expect(view.devices).toMatchObject([{ id: device, cloud: { policy: "auto", waiting: 3 }, problems: [{ device }] }]);
    expect(view.problems).toEqual([problem, { ...problem, relay: "roof" }]);
    expect(view.program).toMatchObject({ version: "1.2.3", historyHours: 48 });
  });

  it("is sessions, and the frames of one with the names of their fields", async () => {
    const { sources, notes, bus } = setUpPage();
    expect(await sources.lastSession()).toBeUndefined();
    expect(await sources.frames("s-1")).toBeUndefined();
    open(bus);
    notes.sessions.opened(session).legOpened(legOpening("device")).received(heartbeat);
    bus.publish(frameOf(session, heartbeat, { label: "heartbeat" }));
    expect(await sources.sessions()).toMatchObject({ openCount: 1, open: [{ id: "s-1", frames: 1 }], closed: [] });
    const view = await sources.frames("s-1");
    expect(view?.session).toMatchObject({ id: "s-1", device: { bytesReceived: heartbeat.length } });
    expect(view?.frames).toMatchObject([{ number: 1, label: "heartbeat", hex: heartbeat.toString("hex") }]);
    expect(view?.frames[0]?.fields.map(({ name }) => name)).toContain("logger_serial");
    expect(await sources.lastSession()).toEqual(view);
  });

  it("saves the frames of a session as a capture", async () => {
    const { sources, notes, bus } = setUpPage();
    open(bus);
    notes.sessions.opened(session).legOpened(legOpening("device")).received(heartbeat);
    bus.publish(frameOf(session, heartbeat));
    const capture = Buffer.from((await sources.framesAsCapture("s-1")) ?? []);
    expect(capture.subarray(0, 4).toString("hex")).toBe("0a0d0d0a");
    expect(capture.includes(heartbeat)).toBe(true);
    expect(await sources.framesAsCapture("nobody")).toBeUndefined();
  });

  it("is whom a device told what", async () => {
    const { sources, notes, bus } = withDevice();
    const traffic = notes.disclosure.opened(session);
    bus.publish(seenOf(session, device));
    traffic.legOpened(legOpening("cloud")).sent(heartbeat);
    bus.publish(readingOf(session, { power: 412 }, device));
    const at = session.openedAt;
    bus.publish({ type: "cloud-mode", session, device, mode: "relay", reason: "", at });
    bus.publish(readingOf(session, { power: 413 }, device));
    const { devices } = await sources.privacy();
    expect(devices).toMatchObject([{ id: device, name: `Acme ${device}`, unread: false }]);
    expect(devices[0]?.destinations).toMatchObject([{ days: [{ sent: heartbeat.length, received: 0 }] }]);
    expect(devices[0]?.fields).toEqual([{ key: "power", name: "Power" }]);
  });
});

describe("what the page may do", () => {
  it("is begin and end captures, of what is there alone", async () => {
    const { sources, captures } = setUpPage();
    const { id, target, reason } = await sources.startCapture("roof", 60);
    expect({ target, reason }).toEqual({ target: "roof", reason: "on demand: page" });
    expect((await sources.captures()).running).toMatchObject([{ id, target: "roof" }]);
    expect(await sources.stopCapture("other")).toBe(0);
    expect(await sources.stopCapture(id)).toBe(1);
    expect(captures.running).toEqual([]);
    await expect(sources.startCapture("nothing", 60)).rejects.toMatchObject({ code: "CAPTURE_FAILED" });
  });

  it("is write settings and have a device read again", async () => {
    const { sources, bus, begun, forgotten } = withDevice();
    const written = sources.write(device, "setpoint", "50");
    bus.publish({
      ...{ type: "write-result", request: { device, key: "setpoint", value: "50" } },
      result: { status: "applied", value: 50 },
    });
    expect(await written).toEqual({ status: "applied", value: 50 });
    expect(begun).toEqual([`${device} setpoint 50`]);
    expect(await sources.forgetSplice(device)).toBe(0);
    expect(forgotten).toEqual([device]);
    expect(await sources.write("nobody", "setpoint", "50")).toBeUndefined();
    expect(await sources.forgetSplice("nobody")).toBeUndefined();
  });
});

describe("what the page is told", () => {
  it("is sessions where they are wanted, and the frames of one", () => {
    const { watch, notes, bus } = setUpPage();
    const other = sessionInfo("s-2", { protocol: "solarman" });
    const quiet = watch({ sessions: false });
    const sessions = notes.sessions.opened(session);
    open(bus);
    const { told, end } = watch({ sessions: true, session: "s-1" });
    notes.sessions.opened(other);
    open(bus, other);
    sessions.legOpened(legOpening("device")).received(heartbeat);
    bus.publish(frameOf(other, heartbeat));
    bus.publish(frameOf(session, heartbeat));
    expect(told.filter(({ name }) => name === "session")).toMatchObject([{ data: { id: "s-2" } }]);
    expect(told.filter(({ name }) => name === "frame")).toMatchObject([{ data: { session: "s-1", number: 1 } }]);
    expect(quiet.told).toEqual([]);
    end();
  });
});
