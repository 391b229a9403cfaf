import { describe, expect, it } from "vitest";
import { findWay, hereFor } from "../../src/doctor/way-findings.js";
import { device, dnsPlan, homePlan, host, intercept, plainPlan, sampleFacts, withStatus } from "./sample-facts.js";

const absent = { program: { type: "absent", reason: "nobody listens" } } as const;
const unseen = { type: "unseen", reason: "nft: not permitted" } as const;
const gone = { type: "absent", what: "the nftables table inet cloudtap" } as const;

function find(check: string, facts: Parameters<typeof findWay>[0]) {
  return findWay(facts).find((finding) => finding.check === check);
}

describe("the way that is meant", () => {
  it("is told with the very addresses and ports", () => {
    expect(find("way", sampleFacts())?.found).toContain(`lead ${device} here, on the way to port 10000 (tproxy)`);
    expect(find("way", sampleFacts({ plan: dnsPlan }))?.found).toContain("5406.deviceaccess.host");
    expect(find("way", sampleFacts({ plan: plainPlan }))?.found).toContain(`lead it to ${host} port 10000`);
    const both = { ...homePlan, dns: { listen: "53", names: [] } };
    expect(find("way", sampleFacts({ plan: both }))?.found).toContain("; besides, the names");
  });

  it("names this host as its devices see it", () => {
    expect(hereFor(sampleFacts())).toBe(host);
    expect(hereFor(sampleFacts({ addresses: [] }))).toBe("this host's address");
  });
});

describe("rules", () => {
  it("that cannot be looked at are what the program says", () => {
    expect(find("rules", sampleFacts({ rules: unseen }))).toMatchObject({ state: "ok" });
    const lifted = withStatus({ intercept: { ...intercept, state: "lifted" } }, { rules: unseen });
    expect(find("rules", lifted)).toMatchObject({ state: "problem" });
    expect(find("rules", sampleFacts({ ...absent, rules: unseen }))).toMatchObject({
      ...{ state: "unknown", found: expect.stringContaining("not permitted"), remedy: "Run the doctor as root." },
    });
  });

  it("that are gone are as they should be while nothing runs", () => {
    const findings = findWay(sampleFacts({ ...absent, rules: gone, routes: gone }));
    expect(findings.filter(({ state }) => state === "problem")).toEqual([]);
    expect(find("rules", sampleFacts({ rules: gone }))).toMatchObject({ state: "problem" });
  });
});

describe("settings of the host", () => {
  const prepared = { ...homePlan, intercept: { ...homePlan.intercept, prepare: true } };
  const redirects = { check: "send_redirects", state: "problem", found: "It does.", remedy: "Do not." } as const;
  const off = [{ family: 4, on: false } as const];

  it("are no fault while Cloudtap, which changes them, does not run", () => {
    const facts = sampleFacts({ ...absent, plan: prepared, hostFindings: [redirects], forwarding: off });
    expect(findWay(facts).filter(({ state }) => state === "problem")).toEqual([]);
    const running = sampleFacts({ plan: prepared, hostFindings: [redirects], forwarding: off });
    expect(findWay(running).filter(({ state }) => state === "problem")).toHaveLength(2);
  });

  it("count as they are now, not as they were at the start", () => {
    const facts = withStatus({ intercept: { ...intercept, findings: [redirects] } });
    expect(find("send_redirects", facts)).toBeUndefined();
  });

  it("are told as commands", () => {
    const both = [...off, { family: 6, on: false } as const];
    expect(find("forwarding", sampleFacts({ forwarding: both }))?.remedy).toContain(
      "sysctl -w net.ipv4.ip_forward=1 && sysctl -w net.ipv6.conf.all.forwarding=1",
    );
    expect(find("forwarding", sampleFacts({ forwarding: [{ family: 4, on: undefined }] }))?.state).toBe("unknown");
  });
});

describe("the own name server", () => {
  it("needs a restart where it was switched on later", () => {
    expect(find("name_server", sampleFacts({ plan: dnsPlan }))).toMatchObject({ remedy: "Restart Cloudtap." });
    expect(find("name_server", sampleFacts({ ...absent, plan: dnsPlan }))).toMatchObject({ state: "unknown" });
  });
});
