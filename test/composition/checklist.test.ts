import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { createChecklist } from "../../src/composition/checklist.js";
import { validateConfiguration } from "../../src/config/validate.js";
import type { Probes } from "../../src/doctor/probes.js";
import type { ProgramStatus } from "../../src/doctor/status.js";
import { protocols } from "../../src/protocols/registry.js";
import { fakeProbes } from "../doctor/fake-probes.js";
import { relayStatus, status as sampleStatus } from "../doctor/sample-facts.js";
import { FakeClock } from "../support/fake-clock.js";

const folder = mkdtempSync(join(tmpdir(), "cloudtap-checklist-"));
const authority = join(folder, "ca.pem");
const relays = [
  { name: "deye", protocol: "solarman" },
  { name: "roof", protocol: "envoy", listen: 4443, upstream_ca: authority },
];

beforeEach(() => writeFileSync(authority, "PEM"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function setUp(probes: Partial<Probes> = {}, changes: Partial<ProgramStatus> = {}) {
  const clock = new FakeClock();
  const asked = { status: 0, dial: 0, port: 0 };
  const configuration = validateConfiguration(
    { relays, mqtt: { url: "mqtt://192.168.1.2" }, intercept: { interface: "eth1" } },
    { protocols, dataDir: "/data" },
  );
  const { intercept: _intercept, ...status } = sampleStatus;
  const checklist = createChecklist(configuration, {
    clock,
    supervisorToken: undefined,
    status() {
      asked.status += 1;
      return { ...status, ...changes };
    },
    probes: fakeProbes({
      async dial({ addresses }) {
        asked.dial += 1;
        return { type: "connected", address: addresses[0] ?? "", security: "plain" };
      },
      async port() {
        asked.port += 1;
        return { type: "taken", owners: [{ pid: 7, name: "nginx" }] };
      },
      ...probes,
    }),
  });
  return { checklist, clock, asked };
}

describe("the checklist of a running program", () => {
  it("is what the doctor finds, with the program's own status", async () => {
    const { checklist, clock, asked } = setUp();
    const found = await checklist.of("deye");
    expect(found).toMatchObject({ relay: "deye", at: clock.now() });
    expect(found?.findings.map(({ check, state }) => `${check} ${state}`)).toEqual(
      expect.arrayContaining(["program ok", "listener ok", "connection ok", "upstream ok", "broker ok", "decoded ok"]),
    );
    // It knows that it listens without looking into every process.
    expect(asked.port).toBe(0);
  });

  it("looks who has the port of a relay that does not listen", async () => {
    const failed = { ...relayStatus, status: "failed", error: "port 10000 is taken" } as const;
    const { checklist } = setUp({}, { relays: [failed] });
    const listener = (await checklist.of("deye"))?.findings.find(({ check }) => check === "listener");
    expect(listener).toMatchObject({ state: "problem", found: expect.stringContaining("nginx (process 7)") });
  });

  it("is shared by who asks at the same time, and for three seconds", async () => {
    const { checklist, clock, asked } = setUp();
    const [one, other] = await Promise.all([checklist.of("deye"), checklist.of("deye")]);
    expect(other).toBe(one);
    clock.advance(2_999);
    expect(await checklist.of("deye")).toBe(one);
    expect(asked.status).toBe(1);
    clock.advance(1);
    expect(await checklist.of("deye")).not.toBe(one);
    expect(asked).toMatchObject({ status: 2, dial: 1 });
  });

  it("is never made twice at once, however long that takes", async () => {
    const ends: (() => void)[] = [];
    const neighbours: Probes["neighbours"] = () => new Promise((resolve) => ends.push(() => resolve([])));
    const { checklist, clock, asked } = setUp({ neighbours });
    const first = checklist.of("deye");
    await expect.poll(() => ends.length).toBe(1);
    clock.advance(60_000);
    const second = checklist.of("deye");
    for (const end of ends) end();
    expect(await second).toBe(await first);
    expect(asked.status).toBe(1);
  });

  it("is none of a relay that there is not", async () => {
    const { checklist, asked } = setUp();
    expect(await checklist.of("barn")).toBeUndefined();
    expect(asked.status).toBe(0);
  });

  it("says what keeps it from looking", async () => {
    const { checklist } = setUp();
    rmSync(authority);
    await expect(checklist.of("roof")).rejects.toMatchObject({ code: "CONFIG_UNREADABLE" });
  });

  it("has this host's addresses, the likeliest first", () => {
    const addresses: Probes["addresses"] = () => [
      { interface: "eth0", address: "192.168.1.4", prefix: 24, internal: false },
      { interface: "eth1", address: "10.0.0.1", prefix: 24, internal: false },
    ];
    expect(setUp({ addresses }).checklist.addresses()).toEqual(["10.0.0.1", "192.168.1.4"]);
  });
});
