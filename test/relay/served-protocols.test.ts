import { afterEach, describe, expect, it } from "vitest";
import type { Protocol } from "../../src/model/protocol.js";
import { raw } from "../../src/protocols/raw/index.js";
import { createProbe } from "../../src/wire/probe.js";
import { encodeReport } from "../support/blueprint/encoder.js";
import { blueprint } from "../support/blueprint/index.js";
import { type RelaySetup, type SetupOptions, setUpRelay } from "../support/relay-setup.js";

const started: RelaySetup[] = [];

async function setUp(options: SetupOptions = {}): Promise<RelaySetup> {
  const setup = await setUpRelay(options);
  started.push(setup);
  return setup;
}

afterEach(async () => {
  for (const setup of started.splice(0)) await setup.stop();
});

const report = encodeReport(7, 1, { powerW: 400, temperatureC: 20, energyTotalWh: 1_000 });

describe("protocol auto", () => {
  const other: Protocol = {
    ...blueprint,
    name: "other",
    probe: createProbe([0x4f, 0x54]),
    defaults: { ...blueprint.defaults, upstream: { host: "other.example.com", port: 7_777 } },
  };
  const probed: Protocol = { ...blueprint, probe: createProbe([report[0] ?? 0]) };
  const candidates = [probed, other];

  it("serves each connection as what its first bytes say", async () => {
    const setup = await setUp({ options: { protocol: raw, candidates } });
    const device = await setup.device();
    await device.send(report);
    expect(await setup.message("frame")).toMatchObject({ role: "report", session: { protocol: "blueprint" } });
    expect(await (await setup.cloud.connection(0)).waitFor(report.length)).toEqual(report);
    expect(setup.relay.status().protocol).toBe("auto");
  });

  it("passes on what it does not know, read by nobody", async () => {
    const setup = await setUp({ options: { protocol: raw, candidates } });
    const device = await setup.device();
    await device.send(Buffer.from("SSH-2.0-x"));
    expect((await (await setup.cloud.connection(0)).waitFor(9)).toString()).toBe("SSH-2.0-x");
    expect(await setup.message("session-opened")).toMatchObject({ session: { protocol: "raw" } });
    expect(setup.messages.some(({ type }) => type === "reading")).toBe(false);
  });

  it("lets go of a policy that a protocol cannot carry out, but contacts no cloud that must not be", async () => {
    const setup = await setUp({ options: { protocol: raw, candidates, cloud: "local", control: true } });
    const known = await setup.device();
    await known.send(report);
    await known.waitFor(1);
    const unknown = await setup.device();
    await unknown.send(Buffer.from("SSH-2.0-x"));
    expect(await unknown.ending).toBe("reset");
    expect(setup.cloud.connections).toHaveLength(0);
  });

  it("refuses what no vendor is known of where no upstream is named", async () => {
    const setup = await setUp({ options: { protocol: raw, candidates, upstream: "vendor" } });
    const device = await setup.device();
    await device.send(Buffer.from("SSH-2.0-x"));
    expect(await device.ending).toBe("reset");
    expect(setup.logs.of("nowhere to forward to", "warn")).toMatchObject([{ code: "UPSTREAM_UNKNOWN" }]);
  });

  it("stops while somebody has not said yet what it is", async () => {
    const setup = await setUpRelay({ options: { protocol: raw, candidates } });
    const device = await setup.device();
    await setup.stop();
    expect(await device.ending).not.toBe("open");
  });
});
