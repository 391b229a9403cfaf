import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCallers } from "../../src/doctor/callers.js";
import type { DeviceId } from "../../src/model/device.js";
import type { BusMessage } from "../../src/model/ports.js";
import type { CloseReason, SessionId, SessionInfo } from "../../src/model/session.js";
import { createBus } from "../../src/runtime/bus.js";
import { silentLogger } from "../../src/runtime/log.js";
import { device, minutesAgo } from "./sample-facts.js";

const solarman = "solarman_1" as DeviceId;
const fin: CloseReason = { by: "cloud", how: "fin", detail: "the cloud closed" };
const refused: CloseReason = { by: "device", how: "tls-failed", detail: "alert unknown ca" };

function session(address = device, openedMinutesAgo = 10): SessionInfo {
  return {
    ...{ id: "1" as SessionId, relay: "deye", protocol: "solarman", openedAt: minutesAgo(openedMinutesAgo) },
    device: { localAddress: "192.168.1.4", localPort: 10_000, remoteAddress: address, remotePort: 40_000 },
    destination: { address: "203.0.113.10", port: 10_000 },
  };
}

function closed(reason: CloseReason, info = session()): BusMessage {
  const counters = { bytesFromDevice: 100, bytesFromCloud: 20, durationMs: 60_000 };
  return { type: "session-closed", session: info, reason, counters };
}

function seen(minutes: number): BusMessage {
  return { type: "seen", session: session(), device: solarman, at: minutesAgo(minutes) };
}

function encrypted(minutes: number): BusMessage {
  return { type: "encrypted", session: session(), target: "cloud", reason: "alert", at: minutesAgo(minutes) };
}

function turnedAway(address: string, minutes = 5): BusMessage {
  return { type: "turned-away", relay: "deye", address, reason: "too many sessions", at: minutesAgo(minutes) };
}

function setUp() {
  const bus = createBus(silentLogger());
  const callers = createCallers(bus);
  const publish = (...messages: readonly BusMessage[]) => {
    for (const message of messages) bus.publish(message);
    return callers.list();
  };
  return { publish };
}

describe("callers", () => {
  it("are counted with what they said and how it ended", () => {
    const { publish } = setUp();
    const opened: BusMessage = { type: "session-opened", session: session() };
    expect(publish(opened, seen(9), closed(fin), opened)).toEqual([
      {
        ...{ relay: "deye", address: device, firstAt: minutesAgo(10), lastAt: minutesAgo(9) },
        ...{ sessions: 2, open: 1, lastSessionAt: minutesAgo(10), bytesFromDevice: 100, bytesFromCloud: 20 },
        ...{ lastClose: fin, tlsRefusals: 0, destination: { address: "203.0.113.10", port: 10_000 } },
        ...{ devices: ["solarman_1"], decodedAt: minutesAgo(9) },
      },
    ]);
  });

  it("are told apart by relay and address", () => {
    const { publish } = setUp();
    const other = { ...session(), relay: "roof" };
    const list = publish(
      { type: "session-opened", session: session() },
      { type: "session-opened", session: session("192.168.1.51") },
      { type: "session-opened", session: other },
    );
    expect(list.map(({ relay, address }) => `${relay} ${address}`)).toEqual([
      "deye 192.168.1.50",
      "deye 192.168.1.51",
      "roof 192.168.1.50",
    ]);
  });

  it("count failed handshakes in a row, until something is decoded", () => {
    const { publish } = setUp();
    const opened: BusMessage = { type: "session-opened", session: session() };
    expect(publish(opened, closed(refused), opened, closed(refused))[0]?.tlsRefusals).toBe(2);
    expect(publish(opened, seen(1))[0]?.tlsRefusals).toBe(0);
  });

  it("keep since when they pass through unread, until something is decoded again", () => {
    const { publish } = setUp();
    expect(publish(encrypted(30), encrypted(20))[0]?.encrypted).toEqual({
      ...{ since: minutesAgo(30), target: "cloud", reason: "alert" },
    });
    expect(publish(seen(1))[0]).not.toHaveProperty("encrypted");
  });

  it("keep why they were turned away", () => {
    const { publish } = setUp();
    const [found] = publish(turnedAway(device, 6), turnedAway(device, 5));
    expect(found).toMatchObject({
      sessions: 0,
      turnedAway: { count: 2, reason: "too many sessions", at: minutesAgo(5) },
    });
  });

  it("are bounded, and strangers who were turned away go first", () => {
    const { publish } = setUp();
    publish({ type: "session-opened", session: session() });
    const strangers = Array.from({ length: 600 }, (_, index) => turnedAway(`10.0.${index >> 8}.${index & 255}`));
    const list = publish(...strangers);
    expect(list).toHaveLength(512);
    expect(list[0]?.address).toBe(device);
    expect(list.at(-1)?.address).toBe("10.0.2.87");
  });

  it("hold whatever comes in whatever order", () => {
    const messages = fc.constantFrom<BusMessage>(
      { type: "session-opened", session: session() },
      ...[closed(fin), closed(refused), seen(3), encrypted(4), turnedAway(device)],
      { type: "removed", device: solarman },
    );
    fc.assert(
      fc.property(fc.array(messages), (published) => {
        const list = setUp().publish(...published);
        expect(JSON.parse(JSON.stringify(list))).toEqual(list);
        for (const { open, sessions, devices } of list) {
          expect(open).toBeGreaterThanOrEqual(0);
          expect(open).toBeLessThanOrEqual(sessions);
          expect(devices.length).toBeLessThanOrEqual(64);
        }
      }),
    );
  });
});
