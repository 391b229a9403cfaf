import { describe, expect, it } from "vitest";
import { diagnose } from "../../src/doctor/diagnose.js";
import type { Facts } from "../../src/doctor/facts.js";
import {
  caller,
  device,
  dnsPlan,
  homePlan,
  host,
  intercept,
  minutesAgo,
  plainPlan,
  relayPlan,
  relayStatus,
  sampleFacts,
  status,
  withStatus,
} from "./sample-facts.js";

const { decodedAt: _decodedAt, ...undecoded } = { ...caller, devices: [] };
const { broker: _broker, ...withoutBroker } = status;
const { intercept: _intercept, ...withoutGateway } = status;
const led = { ...intercept, counters: [{ relay: "deye", family: 4, packets: 0, bytes: 0 }] } as const;
const asked = { address: device, name: "5406.deviceaccess.host", at: minutesAgo(3), times: 2 };
const listening = { state: "listening", asked: [asked] } as const;
const place = { host: "5406.deviceaccess.host", port: 10_000 };

/** What is missing, the facts, the one check that says so, and words of its remedy. */
const missing: readonly (readonly [string, Facts, string, string])[] = [
  [
    "the program does not run",
    sampleFacts({
      program: { type: "absent", reason: "nobody listens" },
      port: { type: "free" },
      broker: { type: "connected", address: "192.168.1.2", security: "plain" },
      plan: { ...homePlan, broker: { host: "192.168.1.2", port: 1883 } },
    }),
    "program",
    "cloudtap run",
  ],
  [
    "the port is another program's",
    withStatus(
      { relays: [{ ...relayStatus, status: "failed", error: "port 10000 is in use" }] },
      { port: { type: "taken", owners: [{ pid: 7, name: "nginx" }] } },
    ),
    "listener",
    "Stop nginx",
  ],
  ["the relay is newer than the program", withStatus({ relays: [] }), "listener", "Restart Cloudtap"],
  [
    "no port leads to the relay",
    sampleFacts({ relay: { ...relayPlan, interceptPorts: [] } }),
    "way",
    "Set intercept_ports",
  ],
  [
    "the name server leads to a port where nobody listens",
    withStatus(
      { callers: [], dns: listening, startedAt: minutesAgo(1) },
      { plan: dnsPlan, relay: { ...relayPlan, listen: { host: undefined, port: 9_999 } } },
    ),
    "way",
    "Set listen: 10000",
  ],
  [
    "the name server does not answer",
    withStatus({ dns: { state: "failed", error: "port 53 is in use", asked: [] } }, { plan: dnsPlan }),
    "name_server",
    "intercept.dns.listen",
  ],
  [
    "the rules are gone",
    sampleFacts({ rules: { type: "absent", what: "the nftables table inet cloudtap" } }),
    "rules",
    "Restart Cloudtap",
  ],
  [
    "the rules could not be set",
    withStatus({ intercept: { ...intercept, state: "failed", reason: "no right" } }),
    "rules",
    "Restart Cloudtap",
  ],
  [
    "the route is gone",
    sampleFacts({ routes: { type: "absent", what: "the local route of table 100" } }),
    "route",
    "intercept.table",
  ],
  [
    "the host does not forward",
    sampleFacts({ forwarding: [{ family: 4, on: false }] }),
    "forwarding",
    "sysctl -w net.ipv4.ip_forward=1",
  ],
  [
    "the host redirects",
    sampleFacts({
      hostFindings: [
        { check: "send_redirects", state: "problem", found: "It sends redirects.", remedy: "Set it to 0." },
      ],
    }),
    "send_redirects",
    "Set it to 0",
  ],
  [
    "another rule redirects the port",
    withStatus({
      intercept: {
        ...intercept,
        findings: [{ check: "redirections", state: "problem", found: "Led elsewhere.", remedy: "Take it out." }],
      },
    }),
    "redirections",
    "Take it out",
  ],
  [
    "the device is not in the network",
    withStatus({ callers: [], intercept: led }, { neighbours: [{ address: device, interface: "eth0" }] }),
    "neighbour",
    `ping ${device}`,
  ],
  [
    "the device has another gateway",
    withStatus({ callers: [], intercept: led }),
    "arrival",
    `Make ${host} the device's gateway`,
  ],
  [
    "the device asks another name server",
    withStatus({ callers: [], dns: { state: "listening", asked: [] } }, { plan: dnsPlan }),
    "dns_asked",
    `Make ${host} the device's DNS server`,
  ],
  [
    "the device asked, but does not connect",
    withStatus({ callers: [], dns: listening }, { plan: dnsPlan }),
    "connection",
    "Restart the device",
  ],
  [
    "the device was never set to call here",
    sampleFacts({ plan: plainPlan, program: { type: "running", status: { ...withoutGateway, callers: [] } } }),
    "connection",
    `Set ${host} and port 10000`,
  ],
  [
    "the device is not configured",
    withStatus({
      callers: [
        {
          ...{ relay: "deye", address: "192.168.1.51", firstAt: minutesAgo(9), lastAt: minutesAgo(1) },
          ...{ sessions: 0, open: 0, bytesFromDevice: 0, bytesFromCloud: 0, tlsRefusals: 0, devices: [] },
          turnedAway: { count: 4, reason: "its address is not in intercept.devices", at: minutesAgo(1) },
        },
      ],
    }),
    "admission",
    "add 192.168.1.51 to intercept.devices",
  ],
  [
    "the device opens too many sessions",
    withStatus({
      callers: [
        {
          ...caller,
          turnedAway: {
            ...{ count: 1, at: minutesAgo(1) },
            reason: "too many sessions of one address: max_sessions_per_address is 100",
          },
        },
      ],
    }),
    "admission",
    "Raise max_sessions_per_address of the relay deye (now 100)",
  ],
  [
    "the device refuses the certificate",
    withStatus({
      callers: [
        { ...undecoded, encrypted: { since: minutesAgo(60), target: "cloud.example", reason: "alert unknown ca" } },
      ],
    }),
    "tls",
    `cloudtap forget ${device}`,
  ],
  [
    "an earlier run learnt that the device refuses the certificate",
    withStatus({
      callers: [undecoded],
      splices: [{ relay: "deye", address: device, target: "", since: minutesAgo(9_999), reason: "alert unknown ca" }],
    }),
    "tls",
    `cloudtap forget ${device}`,
  ],
  [
    "a handshake failed",
    withStatus({ callers: [{ ...undecoded, open: 0, bytesFromDevice: 0, tlsRefusals: 1 }] }),
    "tls",
    "from the third on",
  ],
  [
    "the cloud's name is not known",
    sampleFacts({
      names: [{ name: place.host, servers: ["192.168.1.1"], addresses: [], fault: "no name server answers" }],
      clouds: [],
    }),
    "name",
    "Set resolver",
  ],
  [
    "the cloud's name leads here",
    sampleFacts({ names: [{ name: place.host, servers: [], addresses: [host] }], clouds: [] }),
    "name",
    "set resolver to name servers that know the real address",
  ],
  [
    "the cloud does not accept connections",
    sampleFacts({ clouds: [{ place, look: { type: "unreachable", reason: "connect ECONNREFUSED" } }] }),
    "upstream",
    "nc -vz 5406.deviceaccess.host 10000",
  ],
  [
    "the cloud's certificate is not trusted",
    sampleFacts({
      clouds: [{ place, look: { type: "untrusted", address: "203.0.113.10", reason: "CERT_HAS_EXPIRED" } }],
    }),
    "upstream",
    "upstream_ca",
  ],
  [
    "the cloud does not speak TLS",
    sampleFacts({
      clouds: [{ place, look: { type: "tls-failed", address: "203.0.113.10", reason: "wrong version number" } }],
    }),
    "upstream",
    "upstream_tls: plain",
  ],
  [
    "the broker is away by what the program says",
    withStatus({ broker: { url: "mqtt://192.168.1.2:1883", connected: false } }),
    "broker",
    "mqtt.url",
  ],
  [
    "the broker is away by what is seen",
    sampleFacts({
      program: { type: "running", status: withoutBroker },
      plan: { ...homePlan, broker: { host: "192.168.1.2", port: 1883 } },
      broker: { type: "unreachable", reason: "connect ECONNREFUSED" },
    }),
    "broker",
    "mqtt.url",
  ],
  [
    "the device speaks something else",
    withStatus({ callers: [undecoded] }),
    "decoded",
    "Is protocol of the relay deye the right one",
  ],
  [
    "the device has fallen silent",
    withStatus({ relays: [{ ...relayStatus, status: "silent" }] }),
    "decoded",
    "ask again by day",
  ],
];

describe("diagnosis", () => {
  it("finds nothing missing where every step is there", () => {
    const findings = diagnose(sampleFacts());
    expect(findings.filter(({ state }) => state !== "ok")).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual([
      ...["program", "listener", "way", "rules", "route", "forwarding"],
      ...["neighbour", "arrival", "connection", "admission"],
      ...["tls", "name", "upstream", "broker", "decoded"],
    ]);
  });

  it.each([
    ["the device's own setting leads here", sampleFacts({ plan: plainPlan })],
    ["the own name server leads here", withStatus({ dns: listening }, { plan: dnsPlan })],
  ])("finds nothing missing where %s", (_title, facts) => {
    expect(diagnose(facts).filter(({ state }) => state === "problem")).toEqual([]);
  });

  it.each(missing)("names one step where %s, and what to do", (_title, facts, check, remedy) => {
    const problems = diagnose(facts).filter(({ state }) => state === "problem");
    expect(problems.map((finding) => finding.check)).toEqual([check]);
    expect(problems[0]?.remedy).toContain(remedy);
  });

  it.each(missing)("has a sentence for each finding where %s", (_title, facts) => {
    for (const { found, remedy } of diagnose(facts)) {
      expect(found).toMatch(/^\S.*[^.]\.$/);
      expect(found).not.toContain("undefined");
      expect(remedy ?? "").not.toContain("undefined");
    }
  });
});
