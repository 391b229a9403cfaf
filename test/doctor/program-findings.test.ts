import { describe, expect, it } from "vitest";
import { findBroker, findProgram } from "../../src/doctor/program-findings.js";
import { relayStatus, sampleFacts, status, withStatus } from "./sample-facts.js";

const { broker: _told, ...silent } = status;

describe("the program", () => {
  it("that cannot be asked is unknown, not missing", () => {
    const program = { type: "unclear", reason: "version 9 answered" } as const;
    const findings = findProgram(sampleFacts({ program }));
    expect(findings.map(({ state }) => state)).toEqual(["unknown", "unknown"]);
    expect(findings[0]?.found).toContain("version 9 answered");
    expect(findings[0]?.remedy).toContain("docker exec");
  });

  it("that does not run leaves its port to be looked at", () => {
    const program = { type: "absent", reason: "nobody listens" } as const;
    const [, free] = findProgram(sampleFacts({ program, port: { type: "free" } }));
    expect(free).toMatchObject({ state: "unknown", found: expect.stringContaining("Port 10000 is free") });
    const owners = [{ pid: 7, name: "nginx" }];
    const [, taken] = findProgram(sampleFacts({ program, port: { type: "taken", owners } }));
    expect(taken).toMatchObject({ state: "problem", found: expect.stringContaining("nginx (process 7)") });
  });

  it("that listens where this doctor sees nobody runs in another network", () => {
    const [, listener] = findProgram(sampleFacts({ port: { type: "free" } }));
    expect(listener).toMatchObject({ state: "unknown", remedy: expect.stringContaining("where Cloudtap runs") });
  });

  it("names who has the port only where it is somebody else", () => {
    const relays = [{ ...relayStatus, status: "failed", error: "port 10000 is in use" } as const];
    const own = withStatus({ relays }, { port: { type: "taken", owners: [{ pid: 4_242, name: "node" }] } });
    expect(findProgram(own)[1]?.found).toBe("port 10000 is in use.");
    expect(findProgram(own)[1]?.remedy).toContain("ss -ltnp");
  });
});

describe("the broker", () => {
  it("is as the program says, else as it is seen", () => {
    expect(findBroker(sampleFacts())).toMatchObject([{ state: "ok", found: expect.stringContaining("is connected") }]);
    const program = { type: "running", status: silent } as const;
    expect(findBroker(sampleFacts({ program }))).toMatchObject([{ state: "unknown" }]);
  });
});
