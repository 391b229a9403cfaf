import type { Caller } from "../../src/doctor/callers.js";
import type { Facts } from "../../src/doctor/facts.js";
import type { HomePlan, RelayPlan } from "../../src/doctor/plan.js";
import type { ProgramStatus } from "../../src/doctor/status.js";
import type { InterceptStatus } from "../../src/intercept/interception.js";
import type { RelayStatus } from "../../src/model/ports.js";
import type { EpochMs } from "../../src/model/time.js";

export const now = Date.UTC(2026, 5, 21, 10) as EpochMs;

/** A time before `now`. */
export function minutesAgo(minutes: number): EpochMs {
  return (now - minutes * 60_000) as EpochMs;
}

export const device = "192.168.1.50";
export const host = "192.168.1.4";
export const cloudAddress = "203.0.113.10";

export const relayPlan: RelayPlan = {
  ...{ name: "deye", protocol: "solarman", listen: { host: undefined, port: 10_000 } },
  upstream: { host: "5406.deviceaccess.host", port: 10_000 },
  vendors: [{ protocol: "solarman", host: "5406.deviceaccess.host", port: 10_000 }],
  ...{ interceptPorts: [10_000], tls: "auto", upstreamTls: "auto", isLocal: false, intervalS: 300 },
  ...{ maxSessions: 1_000, maxSessionsPerAddress: 100 },
};

export const homePlan: HomePlan = {
  dataDir: "/var/lib/cloudtap",
  intercept: {
    ...{ mode: "tproxy", backend: "auto", devices: [device], interface: "eth0", mark: 1, table: 100 },
    prepare: false,
  },
  ...{ resolver: ["192.168.1.1"], ownPorts: [10_000] },
};

/** A home without a gateway: the device's own setting leads it here. */
export const plainPlan: HomePlan = { ...homePlan, intercept: { ...homePlan.intercept, mode: "none", devices: [] } };

/** A home whose devices ask Cloudtap's own name server. */
export const dnsPlan: HomePlan = { ...plainPlan, dns: { listen: "53", names: [] } };

export const relayStatus: RelayStatus = {
  ...{ name: "deye", protocol: "solarman", listen: "0.0.0.0:10000", upstream: "5406.deviceaccess.host:10000" },
  ...{ cloud: "relay", status: "active", sessionsOpen: 1, sessionsStarted: 3, sessionsEnded: 2, turnedAway: 0 },
};

export const caller: Caller = {
  ...{ relay: "deye", address: device, firstAt: minutesAgo(110), lastAt: minutesAgo(2) },
  ...{ sessions: 3, open: 1, lastSessionAt: minutesAgo(30), bytesFromDevice: 4_711, bytesFromCloud: 815 },
  lastClose: { by: "cloud", how: "fin", detail: "the cloud closed" },
  tlsRefusals: 0,
  destination: { address: cloudAddress, port: 10_000 },
  ...{ devices: ["solarman_2712345678"], decodedAt: minutesAgo(2) },
};

export const intercept: InterceptStatus = {
  ...{ mode: "tproxy", backend: "nft", state: "held", since: minutesAgo(120), findings: [] },
  counters: [{ relay: "deye", family: 4, packets: 12, bytes: 1_024 }],
};

export const status: ProgramStatus = {
  ...{
    version: "1.2.3",
    pid: 4_242,
    startedAt: minutesAgo(120),
    relays: [relayStatus],
    callers: [caller],
    splices: [],
  },
  broker: { url: "mqtt://192.168.1.2:1883", connected: true },
  intercept,
};

/** A way on which no step is missing, with what a test changes. */
export function sampleFacts(changes: Partial<Facts> = {}): Facts {
  return {
    ...{ now, plan: homePlan, relay: relayPlan, program: { type: "running", status } },
    addresses: [
      { interface: "lo", address: "127.0.0.1", prefix: 8, internal: true },
      { interface: "eth0", address: host, prefix: 24, internal: false },
    ],
    neighbours: [{ address: device, interface: "eth0", mac: "02:00:00:00:00:50" }],
    rules: { type: "present", what: "the nftables table inet cloudtap" },
    routes: { type: "present", what: "the rule from mark 0x1 to table 100 and its local route" },
    hostFindings: [{ check: "send_redirects", state: "ok", found: "It does not send redirects." }],
    forwarding: [{ family: 4, on: true }],
    port: { type: "taken", owners: [{ pid: 4_242, name: "node" }] },
    names: [{ name: "5406.deviceaccess.host", servers: ["192.168.1.1"], addresses: [cloudAddress] }],
    systemNames: [],
    clouds: [
      {
        place: { host: "5406.deviceaccess.host", port: 10_000 },
        look: { type: "connected", address: cloudAddress, security: "plain" },
      },
    ],
    ...changes,
  };
}

/** The same with changes to what the running program says. */
export function withStatus(changes: Partial<ProgramStatus>, others: Partial<Facts> = {}): Facts {
  return sampleFacts({ program: { type: "running", status: { ...status, ...changes } }, ...others });
}
