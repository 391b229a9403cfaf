import { describe, expect, it } from "vitest";
import type { DialTarget } from "../../src/doctor/dial-look.js";
import { gatherFacts, gatherHomeFacts, leadsInCircle, type ProgramLook } from "../../src/doctor/facts.js";
import type { HomePlan, RelayPlan } from "../../src/doctor/plan.js";
import type { Probes } from "../../src/doctor/probes.js";
import type { InterceptOptions } from "../../src/intercept/options.js";
import { fakeProbes } from "./fake-probes.js";
import { caller, cloudAddress, device, homePlan, host, now, plainPlan, relayPlan, status } from "./sample-facts.js";

const running: ProgramLook = { type: "running", status };
const absent: ProgramLook = { type: "absent", reason: "nobody listens" };
const solarman = { protocol: "solarman", host: "5406.deviceaccess.host", port: 10_000 };
const envoy = { protocol: "envoy", host: "reports.enphaseenergy.com", port: 443 };
const { backend: _backend, ...withoutBackend } = homePlan.intercept;
const options: InterceptOptions = {
  ...{ ...withoutBackend, backend: "auto", mode: "tproxy", source: "bridge" },
  relays: [{ name: "deye", port: 10_000, destinationPorts: [10_000] }],
};

/** What is asked of the world, besides what it answers. */
function watched(changes: Partial<Probes> = {}) {
  const asked: string[] = [];
  const dialled: DialTarget[] = [];
  const fake = fakeProbes(changes);
  const probes: Probes = {
    ...fake,
    neighbours: (wake) => {
      asked.push(`wake ${wake.join(" ")}`);
      return fake.neighbours(wake);
    },
    rules: (demand) => {
      asked.push(`rules ${demand.mode} ${demand.backend} ${demand.families.join(" ")}`);
      return fake.rules(demand);
    },
    routes: (demand) => {
      asked.push(`routes ${demand.mark} ${demand.table} ${demand.families.join(" ")}`);
      return fake.routes(demand);
    },
    name: (name, servers) => {
      asked.push(`name ${name} by ${servers.length === 0 ? "the system" : servers.join(" ")}`);
      return fake.name(name, servers);
    },
    dial: (target) => {
      dialled.push(target);
      return fake.dial(target);
    },
  };
  return { probes, asked, dialled };
}

async function gather(plan: HomePlan, relay: RelayPlan, program: ProgramLook, probes: Probes) {
  return gatherFacts(await gatherHomeFacts(plan, program, { probes, now }), relay, probes);
}

describe("looking at the host", () => {
  it("looks for the rules that the program says it uses, and wakes the devices that are near", async () => {
    const { probes, asked } = watched();
    const intercept = { ...homePlan.intercept, devices: [device, "10.9.9.9", "192.168.1.64/28", "fd00::1"] };
    const facts = await gather({ ...homePlan, intercept, interception: options }, relayPlan, running, probes);
    expect(asked).toContain(`wake ${device}`);
    expect(asked).toContain("rules tproxy nft 4 6");
    expect(asked).toContain("routes 1 100 4 6");
    expect(facts.forwarding).toEqual([
      { family: 4, on: true },
      { family: 6, on: true },
    ]);
  });

  it("looks for either kind of rules where nobody says, and for no route under redirect", async () => {
    const { probes, asked } = watched();
    const intercept = { ...homePlan.intercept, mode: "redirect" } as const;
    const facts = await gather({ ...homePlan, intercept }, relayPlan, absent, probes);
    expect(asked).toContain("rules redirect auto 4");
    expect(facts).not.toHaveProperty("routes");
  });

  it("looks for nothing of a gateway where none is meant", async () => {
    const { probes, asked } = watched();
    const facts = await gather(plainPlan, relayPlan, running, probes);
    expect(asked.filter((line) => /^(rules|routes|wake .)/.test(line))).toEqual([]);
    expect(facts).toMatchObject({ forwarding: [], hostFindings: [] });
    expect(facts).not.toHaveProperty("rules");
  });

  it("tries the broker itself only where the program does not say how it stands", async () => {
    const broker = { host: "192.168.1.2", port: 1883 };
    const { broker: _told, ...silent } = status;
    const told = watched();
    expect(await gather({ ...plainPlan, broker }, relayPlan, running, told.probes)).not.toHaveProperty("broker");
    const untold = watched();
    await gather({ ...plainPlan, broker }, relayPlan, { type: "running", status: silent }, untold.probes);
    expect(untold.dialled.map(({ port }) => port)).toContain(1883);
  });
});

describe("looking at the cloud", () => {
  it("asks the configured name servers as the relay would, and the system as a device might", async () => {
    const { probes, asked, dialled } = watched();
    const facts = await gather(homePlan, relayPlan, running, probes);
    expect(asked).toContain("name 5406.deviceaccess.host by 192.168.1.1");
    expect(asked).toContain("name 5406.deviceaccess.host by the system");
    expect(dialled).toEqual([{ addresses: [cloudAddress], port: 10_000 }]);
    expect(facts.clouds).toHaveLength(1);
  });

  it("asks once where both are the same", async () => {
    const { probes, asked } = watched();
    const facts = await gather({ ...homePlan, resolver: [] }, relayPlan, running, probes);
    expect(asked.filter((line) => line.startsWith("name"))).toEqual(["name 5406.deviceaccess.host by the system"]);
    expect(facts.systemNames).toEqual(facts.names);
  });

  it("goes where devices were heading, and expects their vendor's certificate there", async () => {
    const { probes, dialled, asked } = watched();
    const relay: RelayPlan = { ...relayPlan, protocol: "auto", upstream: "original", vendors: [solarman, envoy] };
    const destination = { address: "203.0.113.11", port: 443 };
    const callers = [caller, { ...caller, address: "192.168.1.51", destination }, { ...caller, relay: "other" }];
    const program: ProgramLook = { type: "running", status: { ...status, callers } };
    await gather({ ...homePlan, resolver: [] }, relay, program, probes);
    expect(asked.filter((line) => line.startsWith("name"))).toHaveLength(2);
    expect(dialled).toEqual([
      { addresses: [cloudAddress], port: 10_000 },
      { addresses: ["203.0.113.11"], port: 443, tls: { serverName: "reports.enphaseenergy.com" } },
    ]);
  });

  it("tries the clouds of the protocols that were spoken, else of all", async () => {
    const relay: RelayPlan = { ...relayPlan, protocol: "auto", upstream: "vendor", vendors: [solarman, envoy] };
    const spoken = watched();
    await gather(homePlan, relay, running, spoken.probes);
    expect(spoken.dialled.map(({ port }) => port)).toEqual([10_000]);
    const nobody = watched();
    await gather(homePlan, relay, absent, nobody.probes);
    expect(nobody.dialled.map(({ port }) => port)).toEqual([10_000, 443]);
  });

  it("speaks TLS where the relay is told to, and trusts whom it trusts", async () => {
    const { probes, dialled } = watched();
    await gather(homePlan, { ...relayPlan, upstreamTls: "verify", upstreamCa: "PEM" }, running, probes);
    expect(dialled[0]?.tls).toEqual({ serverName: "5406.deviceaccess.host", ca: "PEM" });
    const plain = watched();
    await gather(homePlan, { ...relayPlan, upstream: envoy, upstreamTls: "plain" }, running, plain.probes);
    expect(plain.dialled[0]).not.toHaveProperty("tls");
  });

  it("never calls Cloudtap itself, nor any cloud that must not be contacted", async () => {
    const circle = watched({ name: async (name, servers) => ({ name, servers, addresses: [host] }) });
    expect((await gather(homePlan, relayPlan, running, circle.probes)).clouds).toEqual([]);
    const local = watched();
    await gather(homePlan, { ...relayPlan, isLocal: true }, running, local.probes);
    expect([...circle.dialled, ...local.dialled]).toEqual([]);
  });

  it("tells this host's other ports from Cloudtap's", async () => {
    const home = await gatherHomeFacts(homePlan, running, { probes: fakeProbes(), now });
    expect(leadsInCircle(host, 10_000, home)).toBe(true);
    expect(leadsInCircle(host, 10_001, home)).toBe(false);
    expect(leadsInCircle(cloudAddress, 10_000, home)).toBe(false);
  });

  it("looks at no port before one is chosen", async () => {
    const relay = { ...relayPlan, listen: { host: undefined, port: 0 } };
    expect((await gather(homePlan, relay, running, fakeProbes())).port).toEqual({ type: "unseen" });
  });
});
