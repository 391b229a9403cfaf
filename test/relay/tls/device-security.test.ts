import { describe, expect, it } from "vitest";
import type { BusMessage } from "../../../src/model/ports.js";
import type { SessionId, SessionInfo } from "../../../src/model/session.js";
import type { EpochMs } from "../../../src/model/time.js";
import { DeviceSecurity, type DeviceSecurityPorts } from "../../../src/relay/tls/device-security.js";
import { SpliceMemory } from "../../../src/relay/tls/splice-memory.js";
import { UnreadNotices } from "../../../src/relay/tls/unread-notices.js";
import { createBus } from "../../../src/runtime/bus.js";
import { FakeClock } from "../../support/fake-clock.js";
import { recordLog } from "../../support/log-recorder.js";

const device = { localAddress: "10.0.0.1", localPort: 443, remoteAddress: "192.168.1.50", remotePort: 40_000 };
const plain: SessionInfo = { id: "s" as SessionId, relay: "roof", protocol: "envoy", openedAt: 0 as EpochMs, device };

function setUp(ports: Partial<DeviceSecurityPorts> = {}) {
  const clock = new FakeClock();
  const logs = recordLog();
  const bus = createBus(logs.log);
  const messages: BusMessage[] = [];
  bus.subscribe("test", (message) => messages.push(message));
  const store = { load: async () => [], save: () => undefined, remove: () => undefined, flush: async () => undefined };
  const all: DeviceSecurityPorts = {
    ...{ tls: "auto", onTls: "terminate", clock, bus, notices: new UnreadNotices() },
    splices: new SpliceMemory({ store, clock, log: logs.log }),
    context: () => Promise.reject(new Error("no handshake in this test")),
    ...ports,
  };
  const of = (session: Partial<SessionInfo> = {}) => new DeviceSecurity({ ...plain, ...session }, all, logs.log);
  return { of, logs, messages };
}

describe("what is done with a device's TLS", () => {
  it.each([
    ["auto", "terminate", "tls"],
    ["auto", "splice", "splice"],
    ["terminate", "splice", "tls"],
    ["splice", "terminate", "splice"],
  ] as const)("tls: %s, for a protocol that is to %s: %s", (tls, onTls, expected) => {
    expect(setUp({ tls, onTls }).of().decide()).toBe(expected);
  });

  it("is passing through once two sessions in a row have failed, for that place alone", () => {
    const { of } = setUp();
    const firmware = { serverName: "firmware.example.com" };
    of(firmware).failed("alert unknown ca");
    expect(of(firmware).decide()).toBe("tls");
    of(firmware).failed("alert unknown ca");
    expect(of(firmware).decide()).toBe("splice");
    expect(of({ serverName: "reports.example.com" }).decide()).toBe("tls");
    expect(of().decide()).toBe("tls");
  });

  it("goes by where the device was heading when it asks for no name", () => {
    const { of, messages } = setUp();
    const heading = { destination: { address: "fd00::7", port: 443 } };
    of(heading).failed("reset");
    of(heading).failed("reset");
    expect(messages).toMatchObject([{ type: "encrypted", target: "[fd00::7]:443", splice: { reason: "reset" } }]);
  });

  it("tells of the first failure, and aloud of the decision with what can be done", () => {
    const { of, logs } = setUp();
    of().failed("alert unknown ca");
    of().failed("alert unknown ca");
    expect(logs.of("TLS with the device failed", "warn")).toMatchObject([{ reason: "alert unknown ca" }]);
    const [told] = logs.of("encrypted, passed through unread from now on", "warn");
    expect(told).toMatchObject({ code: "DEVICE_TLS", remedy: "cloudtap forget 192.168.1.50" });
    of().reportUnread();
    expect(logs.of("encrypted, passed through unread", "warn")).toEqual([]);
  });

  it("tells once of a device that is never opened, and publishes each session as a sign of life", () => {
    const { of, logs, messages } = setUp({ onTls: "splice" });
    of().reportUnread();
    of().reportUnread();
    expect(logs.of("encrypted, passed through unread", "warn")).toHaveLength(1);
    expect(messages).toHaveLength(2);
    expect(messages.some((message) => "splice" in message)).toBe(false);
  });

  it("learns nothing from a session without TLS that is hung up", () => {
    const { of, messages } = setUp();
    for (let index = 0; index < 3; index += 1) of().hungUp();
    expect(of().decide()).toBe("tls");
    expect(messages).toEqual([]);
  });
});
