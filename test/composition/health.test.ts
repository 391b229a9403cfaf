import { describe, expect, it } from "vitest";
import { createHealthParts } from "../../src/composition/health.js";
import { validateConfiguration } from "../../src/config/validate.js";
import type { KnownDevice } from "../../src/devices/known-device.js";
import type { ProgramStatus } from "../../src/doctor/status.js";
import type { CloseReason, SessionId, SessionInfo } from "../../src/model/session.js";
import { protocols } from "../../src/protocols/registry.js";
import { createBus } from "../../src/runtime/bus.js";
import { relayStatus } from "../doctor/sample-facts.js";
import { FakeCaptures } from "../support/fake-captures.js";
import { FakeClock } from "../support/fake-clock.js";
import { inverter } from "../support/hub-setup.js";
import { recordLog } from "../support/log-recorder.js";

const relays = [
  { name: "deye", protocol: "solarman" },
  { name: "pool", protocol: "websentry", upstream: "cloud.test:1030" },
  { name: "all", protocol: "auto", listen: 4999, upstream: "original", intercept_ports: [4711] },
  { name: "own", protocol: "envoy", cloud: "local" },
];
const refused: CloseReason = { by: "cloud", how: "dial-failed", detail: "connection refused" };
const intercept = { mode: "redirect", devices: ["192.168.1.50"] };

function setUp() {
  const configuration = validateConfiguration({ relays, intercept }, { protocols, dataDir: "/data" });
  const { log } = recordLog();
  const [clock, bus, captures] = [new FakeClock(), createBus(log), new FakeCaptures()];
  const devices: KnownDevice[] = [];
  const faults: { store?: string; spool?: string; splunk?: string } = {};
  const broker = { url: "mqtt://broker.test", connected: true };
  let gateway: Pick<ProgramStatus, "intercept" | "dns"> = {};
  const { problems, health } = createHealthParts(configuration, {
    ...{ bus, clock, log, hub: { devices: () => devices }, outbox: { waiting: () => 0 } },
    relays: () => relays.map(({ name }) => ({ ...relayStatus, name })),
    broker: () => broker,
    capture: () => captures.status(),
    gateway: () => gateway,
    ...{ store: () => faults.store, spool: () => faults.spool, splunk: () => faults.splunk },
  });
  const fail = (relay: string, more: Partial<SessionInfo> = {}): void => {
    const device = { localAddress: "127.0.0.1", localPort: 1, remoteAddress: "127.0.0.1", remotePort: 2 };
    const session = { id: "s" as SessionId, relay, protocol: "solarman", openedAt: clock.now(), device, ...more };
    const counters = { bytesFromDevice: 1, bytesFromCloud: 0, durationMs: 1 };
    for (let i = 0; i < 2; i += 1) bus.publish({ type: "session-closed", session, reason: refused, counters });
  };
  const lead = (status: typeof gateway): void => {
    gateway = status;
  };
  const codes = (): readonly string[] => problems.problems().map(({ code }) => code);
  return { clock, bus, captures, devices, faults, broker, problems, health, fail, lead, codes };
}

describe("what is wrong with the running program", () => {
  it("is told by all its parts", () => {
    const { codes, devices, faults, captures, lead, broker, clock } = setUp();
    expect(codes()).toEqual([]);
    Object.assign(faults, { store: "disk full", spool: "disk full", splunk: "403" });
    captures.problem = "disk full";
    broker.connected = false;
    lead({
      intercept: { mode: "redirect", state: "failed", since: clock.now(), findings: [], counters: [] },
      dns: { state: "failed", error: "port 53 is taken", asked: [] },
    });
    devices.push({
      ...{ description: inverter("solarman_1"), status: "offline", available: false, values: {} },
      ...{ lastSeen: clock.now(), relay: "deye", intervalS: 300 },
    });
    codes();
    clock.advance(30_000);
    expect(codes()).toEqual([
      ...["store_failed", "intercept_problem", "name_server_failed", "splunk_problem", "spool_problem"],
      ...["capture_problem", "device_offline", "broker_away"],
    ]);
  });

  it("is a cloud, by the name under which it is called", () => {
    const { fail, problems } = setUp();
    fail("pool", { protocol: "websentry" });
    fail("deye");
    const destination = { address: "203.0.113.9", port: 443 };
    fail("all", { protocol: "raw", destination });
    expect(problems.problems().map(({ relay, facts }) => `${relay} ${facts.host}`)).toEqual([
      ...["pool cloud.test:1030", "deye 5406.deviceaccess.host:10000", "all 203.0.113.9:443"],
    ]);
  });

  it("is a cloud by the name that the device asked for, and none where no cloud is asked", () => {
    const { fail, problems } = setUp();
    fail("own", { protocol: "envoy" });
    fail("all", { destination: { address: "203.0.113.9", port: 443 }, serverName: "vendor.test" });
    expect(problems.problems().map(({ relay, facts }) => `${relay} ${facts.host}`)).toEqual(["all vendor.test:443"]);
  });

  it("is told soon after it was noticed", async () => {
    const { fail, problems, clock } = setUp();
    const told: number[] = [];
    problems.onChanged(() => told.push(clock.now()));
    await problems.start();
    clock.advance(3_000);
    const at = clock.now();
    fail("deye");
    clock.advance(1_000);
    expect(told).toEqual([at]);
    await problems.stop();
  });

  it("is the program's health only where a restart may help", async () => {
    const { health, faults, broker, fail } = setUp();
    broker.connected = false;
    fail("deye");
    expect(health.health()).toEqual({ status: "ok", reasons: [] });
    faults.store = "disk full";
    expect(health.health().reasons).toEqual(["the store fails: disk full"]);
  });
});
