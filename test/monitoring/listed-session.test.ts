import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../src/model/device.js";
import { SessionNote } from "../../src/monitoring/listed-session.js";
import { inverter, legOpening, openedAt, sessionInfo } from "../support/capture-moments.js";
import { FakeClock } from "../support/fake-clock.js";

function setUp(given: Parameters<typeof sessionInfo>[1] = {}) {
  const clock = new FakeClock(openedAt);
  const totals = { device: { received: 0, sent: 0 }, cloud: { received: 0, sent: 0 } };
  let changes = 0;
  const note = new SessionNote(sessionInfo("s-1", given), {
    now: () => clock.now(),
    changed: () => {
      changes += 1;
    },
    total: (_info, { side }) => totals[side],
  });
  return { clock, totals, note, changes: () => changes };
}

const device = { local: "192.0.2.1:10000", remote: "192.0.2.10:40000", security: "plain", openedAt };
const nothing = { bytesReceived: 0, bytesSent: 0 };

describe("a listed session", () => {
  it("shows who called and nothing else as long as nothing is known", () => {
    expect(setUp().note.show()).toEqual({
      ...{ id: "s-1", relay: "deye", protocol: "blueprint", devices: [], openedAt, frames: 0, anomalies: 0 },
      lastByteAt: openedAt,
    });
  });

  it("shows where the device was heading, by name too", () => {
    const { note } = setUp({ serverName: "cloud.example", destination: { address: "2001:db8::5", port: 443 } });
    expect(note.show()).toMatchObject({ serverName: "cloud.example", destination: "[2001:db8::5]:443" });
  });

  it("counts what passes on its legs, for itself and in total, and when the last byte did", () => {
    const { clock, totals, note, changes } = setUp();
    const leg = note.legOpened(legOpening("device", { security: "tls" }));
    clock.advance(500);
    leg.received(new Uint8Array(5));
    clock.advance(500);
    leg.sent(new Uint8Array(7));
    expect(note.show()).toMatchObject({
      device: { ...device, security: "tls", bytesReceived: 5, bytesSent: 7 },
      lastByteAt: openedAt + 1_000,
    });
    expect(totals.device).toEqual({ received: 5, sent: 7 });
    expect(note.security).toBe("tls");
    expect(changes()).toBe(3);
  });

  it("shows the newest cloud leg, while older ones still count in total", () => {
    const { note, totals, clock } = setUp();
    const first = note.legOpened(legOpening("cloud"));
    clock.advance(1_000);
    note.legOpened(legOpening("cloud", { security: "tls" })).sent(new Uint8Array(3));
    first.received(new Uint8Array(4));
    const { cloud } = note.show();
    expect(cloud).toEqual({
      ...{ local: "192.0.2.1:50000", remote: "203.0.113.5:443", security: "tls", openedAt: openedAt + 1_000 },
      ...{ bytesReceived: 0, bytesSent: 3 },
    });
    expect(totals.cloud).toEqual({ received: 4, sent: 3 });
  });

  it.each([
    ["fin", "peer"],
    ["reset", "cloudtap"],
  ] as const)("shows who ended a leg first, by %s, and when", (how, by) => {
    const { note, clock } = setUp();
    const leg = note.legOpened(legOpening("device"));
    clock.advance(2_000);
    if (how === "fin") leg.ended(by);
    else leg.reset(by);
    clock.advance(2_000);
    leg.ended("peer");
    leg.reset("peer");
    expect(note.show().device).toEqual({ ...device, ...nothing, ended: { by, how, at: openedAt + 2_000 } });
  });

  it("keeps each of its devices once, and no more than a hundred", () => {
    const { note } = setUp();
    expect([note.saw(inverter), note.saw(inverter)]).toEqual([true, false]);
    for (let at = 0; at < 200; at += 1) note.saw(`envoy_pcu_${at}` as DeviceId);
    expect(note.show().devices).toHaveLength(100);
    expect(note.show().devices.slice(0, 2)).toEqual([inverter, "envoy_pcu_0"]);
  });

  it("shows how it was closed, in a sentence that is not too long", () => {
    const { note, clock } = setUp();
    clock.advance(3_000);
    note.over({ by: "cloud", how: "reset", detail: "x".repeat(1_000) });
    expect(note.show().closed).toEqual({
      ...{ at: openedAt + 3_000, by: "cloud", how: "reset" },
      detail: "x".repeat(300),
    });
  });

  it("wants no secrets", () => {
    expect(setUp().note.wantsSecrets).toBe(false);
  });
});
