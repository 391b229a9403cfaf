import { describe, expect, it } from "vitest";
import { findDevice, patienceMs } from "../../src/doctor/device-findings.js";
import { problem } from "../../src/doctor/verdict.js";
import {
  caller,
  device,
  dnsPlan,
  homePlan,
  intercept,
  minutesAgo,
  plainPlan,
  relayPlan,
  sampleFacts,
  withStatus,
} from "./sample-facts.js";

const led = { ...intercept, counters: [] };
const stranger = {
  ...{ ...caller, address: "192.168.1.99", sessions: 0 },
  turnedAway: { count: 1, reason: "its address is not in intercept.devices", at: minutesAgo(1) },
};

function find(check: string, facts: Parameters<typeof findDevice>[0], earlier: Parameters<typeof findDevice>[1] = []) {
  return findDevice(facts, earlier).find((finding) => finding.check === check);
}

describe("a device", () => {
  it("is shown with its hardware address, of which there may be many", () => {
    expect(find("neighbour", sampleFacts())?.found).toBe(
      "In this host's network: 192.168.1.50 (02:00:00:00:00:50, on eth0).",
    );
    const neighbours = Array.from({ length: 6 }, (_, index) => ({
      ...{ address: `192.168.1.${50 + index}`, interface: "eth0", mac: `02:00:00:00:00:5${index}` },
    }));
    const plan = { ...homePlan, intercept: { ...homePlan.intercept, devices: ["192.168.1.48/28"] } };
    expect(find("neighbour", withStatus({ callers: [] }, { plan, neighbours }))?.found).toMatch(/ and 2 more\.$/);
  });

  it("that comes through a router has none here", () => {
    const far = withStatus({ callers: [{ ...caller, address: "10.9.9.9" }] });
    expect(find("neighbour", far)).toMatchObject({ state: "ok", found: expect.stringContaining("through a router") });
    expect(find("neighbour", sampleFacts({ neighbours: [] }))?.found).toContain("does not hold it any more");
    const plan = { ...homePlan, intercept: { ...homePlan.intercept, devices: ["10.9.9.9"] } };
    expect(find("neighbour", withStatus({ callers: [] }, { plan }))).toMatchObject({ state: "unknown" });
  });

  it("that nobody knows cannot be looked for", () => {
    expect(find("neighbour", withStatus({ callers: [] }, { plan: plainPlan }))).toMatchObject({ state: "unknown" });
    expect(find("neighbour", sampleFacts({ neighbours: undefined }))).toMatchObject({ state: "unknown" });
  });

  it("is given time before its silence counts", () => {
    expect(patienceMs(sampleFacts())).toBe(15 * 60_000);
    expect(patienceMs(sampleFacts({ relay: { ...relayPlan, intervalS: 10 } }))).toBe(10 * 60_000);
    const young = { callers: [], startedAt: minutesAgo(3), intercept: { ...led, since: minutesAgo(3) } };
    expect(find("arrival", withStatus(young))).toMatchObject({
      ...{ state: "unknown", found: "The rules have led nothing to this relay yet, in 3 min." },
      remedy: "Ask again when it has been 15 min.",
    });
    const dns = { state: "listening", asked: [] } as const;
    expect(find("dns_asked", withStatus({ ...young, dns }, { plan: dnsPlan }))).toMatchObject({ state: "unknown" });
    expect(find("connection", withStatus(young, { plan: plainPlan }))).toMatchObject({ state: "unknown" });
  });

  it("says nothing new where what comes before is missing", () => {
    const facts = withStatus({ callers: [], intercept: led });
    const before = [problem("rules", "They are gone.", "Restart.")];
    expect(findDevice(facts, before).filter(({ state }) => state === "problem")).toEqual([]);
  });

  it("has come although nobody counted it", () => {
    expect(find("arrival", withStatus({ intercept: led }))).toMatchObject({ state: "ok" });
    const dns = { state: "listening", asked: [] } as const;
    expect(find("dns_asked", withStatus({ dns }, { plan: dnsPlan }))).toMatchObject({ state: "ok" });
  });

  it("asks only its own vendor's name", () => {
    const other = { address: device, name: "other.example", at: minutesAgo(1), times: 1 };
    const dns = { state: "listening", asked: [other] } as const;
    expect(find("dns_asked", withStatus({ callers: [], dns }, { plan: dnsPlan }))).toMatchObject({ state: "problem" });
  });

  it("that is led by a name calls its cloud's port all the same", () => {
    const relay = { ...relayPlan, listen: { host: undefined, port: 9_999 } };
    const facts = withStatus({ callers: [] }, { plan: plainPlan, relay });
    expect(find("connection", facts)?.remedy).toContain("By DNS it still calls port 10000");
    expect(find("connection", withStatus({ callers: [] }, { plan: plainPlan }))?.remedy).not.toContain("By DNS");
  });

  it("is told with how its last session ended", () => {
    const gone = { ...caller, open: 0, sessions: 1 };
    expect(find("connection", withStatus({ callers: [gone] }))?.found).toBe(
      "Connected: 192.168.1.50 (once, last heard 2 min ago, ended: the cloud closed).",
    );
  });
});

describe("whom the relay turned away", () => {
  it("is no fault where a stranger knocked and the devices come in", () => {
    expect(find("admission", withStatus({ callers: [caller, stranger] }))).toMatchObject({
      ...{ state: "ok", found: expect.stringContaining("192.168.1.99 was turned away once, last 60 s ago") },
    });
    expect(find("admission", withStatus({ callers: [stranger] }))).toMatchObject({ state: "problem" });
  });

  it("is no fault once it was let in", () => {
    const earlier = { ...caller, turnedAway: { count: 2, reason: "too many sessions", at: minutesAgo(60) } };
    expect(find("admission", withStatus({ callers: [earlier] }))).toMatchObject({ state: "ok" });
  });

  it.each([
    ["too many sessions: max_sessions is 1000", "Raise max_sessions of the relay deye (now 1000)"],
    ["it was heading for Cloudtap itself, not led here by a gateway", "to 5406.deviceaccess.host:10000 instead"],
  ])("because of %s is told what helps", (reason, remedy) => {
    const refused = { ...stranger, turnedAway: { ...stranger.turnedAway, reason } };
    expect(find("admission", withStatus({ callers: [refused] }))?.remedy).toContain(remedy);
  });
});
