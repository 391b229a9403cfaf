import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type AdminCommand, createAdminServer } from "../../src/admin/server.js";
import { adminSocketPath } from "../../src/admin/socket-path.js";
import { parseInvocation } from "../../src/cli/arguments.js";
import { doctor } from "../../src/cli/doctor.js";
import type { Probes } from "../../src/doctor/probes.js";
import { encodeStatus, type ProgramStatus } from "../../src/doctor/status.js";
import { protocols } from "../../src/protocols/registry.js";
import { CloudtapError } from "../../src/runtime/errors.js";
import { silentLogger } from "../../src/runtime/log.js";
import { fakeProbes } from "../doctor/fake-probes.js";
import { caller, device, intercept, minutesAgo, relayStatus, status } from "../doctor/sample-facts.js";
import { FakeClock } from "../support/fake-clock.js";

const envoy = { address: "192.168.1.51", since: minutesAgo(2 * 24 * 60) };
const envoyStatus = {
  ...{ ...relayStatus, name: "roof", protocol: "envoy", listen: "0.0.0.0:4443" },
  upstream: "reports.enphaseenergy.com:443",
};
const relays = [
  { name: "deye", protocol: "solarman" },
  { name: "roof", protocol: "envoy", listen: 4443 },
];
const gateway = { mode: "tproxy", devices: [device, envoy.address], interface: "eth0" };
const refusing = {
  ...{ ...caller, relay: "roof", address: envoy.address, devices: [], open: 0 },
  encrypted: { since: envoy.since, target: "reports.enphaseenergy.com", reason: "alert unknown ca" },
};
const { decodedAt: _decodedAt, ...unread } = refusing;

const complete: ProgramStatus = {
  ...status,
  relays: [relayStatus, envoyStatus],
  callers: [caller, { ...caller, relay: "roof", address: envoy.address, devices: ["envoy_122334455667"] }],
};
const broken: ProgramStatus = {
  ...complete,
  callers: [unread],
  intercept: { ...intercept, counters: [{ relay: "roof", family: 4, packets: 3, bytes: 180 }] },
  broker: { url: "mqtt://192.168.1.2:1883", connected: false },
};

interface Setup {
  readonly answer?: AdminCommand;
  readonly probes?: Partial<Probes>;
  readonly intercept?: object;
  readonly words?: readonly string[];
}

/** What the command writes, beside a running program that answers as told, if at all. */
async function run({ answer, probes = {}, intercept: section = gateway, words = [] }: Setup) {
  const folder = mkdtempSync(join(tmpdir(), "cloudtap-doctor-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const config = join(folder, "cloudtap.yaml");
  const mqtt = { url: "mqtt://192.168.1.2:1883" };
  writeFileSync(config, JSON.stringify({ data_dir: folder, mqtt, relays, intercept: section }));
  if (answer !== undefined) {
    const server = createAdminServer(adminSocketPath(folder), new Map([["status", answer]]), silentLogger());
    await server.start();
    onTestFinished(() => server.stop());
  }
  let text = "";
  const invocation = parseInvocation(["doctor", "--config", config, ...words]);
  if (invocation.type !== "command") throw new Error("expected a command");
  const context = {
    ...{ version: "1.2.3", environment: {}, terminal: false, optionsFile: "/nonexistent", clock: new FakeClock() },
    input: () => process.stdin,
    bytes: () => process.stdout,
    out: {
      write(part: string) {
        text += part;
      },
    },
    err: process.stderr,
    protocols: async () => protocols,
    interruption: () => new AbortController().signal,
  };
  const code = await doctor(invocation.given, context, fakeProbes(probes));
  return { code, text: text.replaceAll(folder, "/data") };
}

const answering = (given: ProgramStatus): AdminCommand => {
  return async () => encodeStatus(given);
};

describe("cloudtap doctor", () => {
  it("finds nothing missing", async () => {
    const { code, text } = await run({ answer: answering(complete) });
    await expect(text).toMatchFileSnapshot("../golden/doctor/complete.txt");
    expect(code).toBe(0);
  });

  it("says what is missing, and what is missing first", async () => {
    const { code, text } = await run({ answer: answering(broken) });
    await expect(text).toMatchFileSnapshot("../golden/doctor/missing.txt");
    expect(code).toBe(1);
  });

  it("says the same to programs", async () => {
    const { code, text } = await run({ answer: answering(broken), words: ["--json"] });
    await expect(text).toMatchFileSnapshot("../golden/doctor/missing.json");
    expect(code).toBe(1);
    expect(JSON.parse(text)).toMatchObject({ ok: false });
  });

  it("checks what it can where no program runs", async () => {
    const { code, text } = await run({
      probes: {
        port: async (port) =>
          port === 4443 ? { type: "taken", owners: [{ pid: 7, name: "nginx" }] } : { type: "free" },
        rules: async () => ({ type: "absent", what: "the nftables table inet cloudtap" }),
        routes: async () => ({ type: "absent", what: "the rule from mark 0x1 to table 100" }),
      },
    });
    await expect(text).toMatchFileSnapshot("../golden/doctor/not-running.txt");
    expect(code).toBe(1);
  });

  it("leads a home without a gateway", async () => {
    const { intercept: _intercept, ...withoutGateway } = complete;
    const answer = answering({ ...withoutGateway, callers: [] });
    const { code, text } = await run({ answer, intercept: {}, words: ["--relay", "deye"] });
    await expect(text).toMatchFileSnapshot("../golden/doctor/own-setting.txt");
    expect(code).toBe(1);
  });

  it("says that a program of another version answers in other words", async () => {
    const { text } = await run({ answer: async () => ({ version: "9.0.0" }) });
    expect(text).toContain("unknown  program: What runs cannot be asked: version 9.0.0 answered, expected a number at");
  });

  it("says that the program refuses to answer", async () => {
    const answer: AdminCommand = async () => {
      throw new CloudtapError("REQUEST_FAILED", "it is too busy");
    };
    expect((await run({ answer })).text).toContain("What runs cannot be asked: it is too busy.");
  });

  it("ends with 2 on a relay that is not configured", async () => {
    await expect(run({ words: ["--relay", "rof"] })).rejects.toMatchObject({
      ...{ code: "USAGE", message: expect.stringContaining("there is no relay rof; did you mean roof?") },
    });
  });
});
