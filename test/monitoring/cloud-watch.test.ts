import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../src/model/device.js";
import type { BusMessage } from "../../src/model/ports.js";
import type { CloseReason, SessionId, SessionInfo } from "../../src/model/session.js";
import { createCloudWatch } from "../../src/monitoring/cloud-watch.js";
import { createBus } from "../../src/runtime/bus.js";
import { silentLogger } from "../../src/runtime/log.js";
import { FakeClock } from "../support/fake-clock.js";

const refused: CloseReason = { by: "cloud", how: "dial-failed", detail: "cannot connect to cloud.test:1: refused" };
const untrusted: CloseReason = { by: "cloud", how: "tls-failed", detail: "TLS with cloud.test:1 failed" };
const deviceLeft: CloseReason = { by: "device", how: "fin", detail: "the device closed" };
const cloudLeft: CloseReason = { by: "cloud", how: "fin", detail: "the cloud closed" };

function setUp(policies: Readonly<Record<string, "relay" | "local" | "auto">> = {}) {
  const clock = new FakeClock();
  const bus = createBus(silentLogger());
  let changes = 0;
  const watch = createCloudWatch({
    ...{ bus, clock },
    policyOf: (relay) => policies[relay] ?? "relay",
    hostOf: ({ relay }) => `${relay}.test:1`,
    changed: () => {
      changes += 1;
    },
  });
  let sessions = 0;
  const open = (relay = "deye"): SessionInfo => {
    sessions += 1;
    const device = { localAddress: "127.0.0.1", localPort: 1, remoteAddress: "127.0.0.1", remotePort: 2 };
    const session = { id: `s${sessions}` as SessionId, relay, protocol: "solarman", openedAt: clock.now(), device };
    bus.publish({ type: "session-opened", session });
    return session;
  };
  const close = (session: SessionInfo, reason: CloseReason, bytesFromCloud = 0): void => {
    const counters = { bytesFromDevice: 10, bytesFromCloud, durationMs: 0 };
    bus.publish({ type: "session-closed", session, reason, counters });
  };
  const frame = (session: SessionInfo, more: Partial<Extract<BusMessage, { type: "frame" }>> = {}): void => {
    const said = { direction: "cloud-to-device", role: "other", label: "", bytes: 1, data: new Uint8Array(1) } as const;
    bus.publish({ type: "frame", session, ...said, ...more });
  };
  const mode = (session: SessionInfo, mode: "relay" | "local", reason: string): void =>
    bus.publish({ type: "cloud-mode", session, device: "d" as DeviceId, mode, reason, at: clock.now() });
  return { clock, watch, open, close, frame, mode, changes: () => changes };
}

describe("clouds that cannot be reached", () => {
  it("are those to which two dials in a row failed", () => {
    const { watch, clock, open, close, changes } = setUp();
    close(open(), refused);
    expect(watch.outages()).toEqual([]);
    const since = clock.now();
    clock.advance(60_000);
    close(open(), untrusted);
    expect(watch.outages()).toEqual([{ relay: "deye", host: "deye.test:1", detail: untrusted.detail, since }]);
    close(open(), refused);
    expect(watch.outages()).toMatchObject([{ detail: refused.detail, since }]);
    expect(changes()).toBe(1);
  });

  it("are told apart by relay", () => {
    const { watch, open, close } = setUp();
    close(open("deye"), refused);
    close(open("roof"), refused);
    expect(watch.outages()).toEqual([]);
    close(open("roof"), refused);
    expect(watch.outages().map(({ relay }) => relay)).toEqual(["roof"]);
  });

  it.each([
    ["its first frame", "frame"],
    ["a session to which it said something", "bytes"],
    ["a session that it ended", "end"],
  ])("are back with %s", (_what, how) => {
    const { watch, open, close, frame, changes } = setUp();
    close(open(), refused);
    close(open(), refused);
    const session = open();
    if (how === "frame") frame(session);
    else if (how === "bytes") close(session, deviceLeft, 12);
    else close(session, cloudLeft);
    expect(watch.outages()).toEqual([]);
    expect(changes()).toBe(2);
    close(open(), refused);
    expect(watch.outages()).toEqual([]);
  });

  it("are not back with what says nothing about them", () => {
    const { watch, open, close, frame } = setUp();
    close(open(), refused);
    close(open(), refused);
    const session = open();
    frame(session, { direction: "device-to-cloud" });
    frame(session, { own: true });
    close(session, deviceLeft);
    expect(watch.outages()).toHaveLength(1);
  });

  it("are back where a session of which nothing is read stays open for longer than any dial", () => {
    const { watch, clock, open, close } = setUp();
    close(open(), refused);
    close(open(), refused);
    const session = open();
    clock.advance(119_999);
    expect(watch.outages()).toHaveLength(1);
    clock.advance(1);
    expect(watch.outages()).toEqual([]);
    close(session, deviceLeft);
    close(open(), refused);
    clock.advance(200_000);
    expect(watch.outages()).toHaveLength(1);
  });

  it("are with cloud: auto also those in whose place devices are answered for a minute", () => {
    const { watch, clock, open, frame, mode } = setUp({ deye: "auto" });
    const session = open();
    mode(session, "relay", "the cloud is asked");
    clock.advance(120_000);
    expect(watch.outages()).toEqual([]);
    mode(session, "local", "no answer within 10 s");
    clock.advance(59_999);
    expect(watch.outages()).toEqual([]);
    clock.advance(1);
    expect(watch.outages()).toMatchObject([{ relay: "deye", detail: "no answer within 10 s" }]);
    clock.advance(300_000);
    expect(watch.outages()).toHaveLength(1);
    frame(session);
    expect(watch.outages()).toEqual([]);
  });

  it("are none where no cloud is asked", () => {
    const { watch, clock, open, close, mode } = setUp({ deye: "local" });
    const session = open();
    mode(session, "local", "the cloud is not asked");
    close(session, refused);
    close(open(), refused);
    clock.advance(120_000);
    expect(watch.outages()).toEqual([]);
  });
});
