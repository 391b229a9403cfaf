import { describe, expect, it } from "vitest";
import { findCloud } from "../../src/doctor/cloud-findings.js";
import { cloudAddress, dnsPlan, homePlan, host, plainPlan, relayPlan, sampleFacts } from "./sample-facts.js";

const name = "5406.deviceaccess.host";

describe("the cloud", () => {
  it("is not looked at where it must not be contacted", () => {
    expect(findCloud(sampleFacts({ relay: { ...relayPlan, isLocal: true }, names: [], clouds: [] }))).toEqual([
      { check: "upstream", state: "ok", found: "With cloud: local no cloud is contacted." },
    ]);
  });

  it("is not known before a device has shown where it was heading", () => {
    const relay = { ...relayPlan, upstream: "original" } as const;
    expect(findCloud(sampleFacts({ relay, names: [], clouds: [] }))).toMatchObject([{ state: "unknown" }]);
  });

  it("is Cloudtap itself where the configuration says so", () => {
    const relay = { ...relayPlan, upstream: { host, port: 10_000 } };
    expect(findCloud(sampleFacts({ relay, names: [], clouds: [] }))).toMatchObject([
      { state: "problem", found: `${host}:10000 is Cloudtap itself.` },
    ]);
  });

  it("may have any certificate where the relay takes any", () => {
    const relay = { ...relayPlan, upstreamTls: "insecure" } as const;
    const look = { type: "untrusted", address: cloudAddress, reason: "CERT_HAS_EXPIRED" } as const;
    const clouds = [{ place: { host: name, port: 443 }, look }];
    expect(findCloud(sampleFacts({ relay, clouds })).every(({ state }) => state === "ok")).toBe(true);
  });
});

describe("the cloud's name", () => {
  it("may lead here too, as long as one of its addresses does not", () => {
    const names = [{ name, servers: [], addresses: [host, cloudAddress] }];
    expect(findCloud(sampleFacts({ names }))[0]).toMatchObject({
      ...{ state: "ok", found: `${name} is ${cloudAddress} by the system's DNS.` },
    });
  });

  it.each([
    ["your DNS leads the name here", plainPlan, []],
    ["Cloudtap's own name server leads the name here", dnsPlan, []],
    ["Set resolver to other name servers", homePlan, ["192.168.1.1"]],
  ] as const)("leads in a circle: %s", (remedy, plan, servers) => {
    const names = [{ name, servers, addresses: [host] }];
    expect(findCloud(sampleFacts({ plan, names, clouds: [] }))[0]?.remedy).toContain(remedy);
  });

  it("leads here by this host's own DNS, or a device may be told otherwise", () => {
    const here = [{ name, servers: [], addresses: [host] }];
    const away = [{ name, servers: [], addresses: [cloudAddress] }];
    const none = [{ name, servers: [], addresses: [], fault: "no name server answers" }];
    const states = [here, away, none].map((systemNames) => {
      const findings = findCloud(sampleFacts({ plan: plainPlan, systemNames }));
      return findings.find(({ check }) => check === "system_name")?.state;
    });
    expect(states).toEqual(["ok", "unknown", "unknown"]);
    const gateway = findCloud(sampleFacts({ systemNames: here }));
    expect(gateway.map(({ check }) => check)).not.toContain("system_name");
  });
});
