import { describe, expect, it } from "vitest";
import { findDecoded, findTls } from "../../src/doctor/reading-findings.js";
import { caller, device, minutesAgo, relayPlan, sampleFacts, withStatus } from "./sample-facts.js";

const { decodedAt: _decodedAt, ...rest } = caller;
const undecoded = { ...rest, devices: [] };
const encrypted = { since: minutesAgo(60), target: "", reason: "alert unknown ca" };
const splice = { relay: "deye", address: device, target: "cloud", since: minutesAgo(600), reason: "alert" };

describe("TLS with a device", () => {
  it("that passes through unread is told once an address, with what keeps working", () => {
    const findings = findTls(withStatus({ callers: [{ ...undecoded, encrypted }], splices: [splice] }));
    expect(findings).toHaveLength(1);
    expect(findings[0]?.found).toBe("TLS of 192.168.1.50 passes through unread, for 60 min: alert unknown ca.");
    expect(findings[0]?.remedy).toContain("keeps its cloud");
  });

  it("that the relay is told not to open needs another setting", () => {
    const relay = { ...relayPlan, tls: "splice" } as const;
    const [finding] = findTls(withStatus({ callers: [{ ...undecoded, encrypted }] }, { relay }));
    expect(finding?.remedy).toContain("set tls: auto");
  });

  it("of another relay is no matter here", () => {
    expect(findTls(withStatus({ splices: [{ ...splice, relay: "other" }] }))).toMatchObject([{ state: "ok" }]);
  });

  it("cannot be told without the program, or a device", () => {
    expect(findTls(sampleFacts({ program: { type: "absent", reason: "nobody" } }))).toEqual([]);
    expect(findTls(withStatus({ callers: [] }))).toEqual([]);
  });
});

describe("what was decoded", () => {
  it("is told with device, address and time", () => {
    const devices = ["a", "b", "c", "d", "e", "f"];
    expect(findDecoded(withStatus({ callers: [{ ...caller, devices }] }))[0]?.found).toBe(
      "Last decoded: a, b, c, d and 2 more from 192.168.1.50, 2 min ago.",
    );
  });

  it("is told of the caller that was heard last", () => {
    const newer = { ...caller, address: "192.168.1.51", decodedAt: minutesAgo(1) };
    expect(findDecoded(withStatus({ callers: [newer, caller] }))[0]?.found).toContain("from 192.168.1.51");
  });

  it("is not known before something came", () => {
    const open = { ...undecoded, bytesFromDevice: 0 };
    for (const callers of [[], [{ ...undecoded, encrypted }], [open]]) {
      expect(findDecoded(withStatus({ callers }))).toMatchObject([{ state: "unknown" }]);
    }
    expect(findDecoded(sampleFacts({ program: { type: "absent", reason: "nobody" } }))).toMatchObject([
      { state: "unknown" },
    ]);
  });

  it("is nothing where devices hang up without a word, or the relay understands none", () => {
    const silent = { ...undecoded, open: 0, bytesFromDevice: 0 };
    expect(findDecoded(withStatus({ callers: [silent] }))).toMatchObject([
      { state: "problem", found: expect.stringContaining("say nothing") },
    ]);
    const relay = { ...relayPlan, protocol: "raw" };
    expect(findDecoded(withStatus({ callers: [undecoded] }, { relay }))).toMatchObject([
      { state: "problem", remedy: expect.stringContaining("Set protocol") },
    ]);
  });
});
