import { describe, expect, it } from "vitest";
import { createHealthParts } from "../../../src/composition/health.js";
import { createPage } from "../../../src/composition/page/page.js";
import { validateConfiguration } from "../../../src/config/validate.js";
import type { ProgramStatus } from "../../../src/doctor/status.js";
import type { EpochMs } from "../../../src/model/time.js";
import { protocols } from "../../../src/protocols/registry.js";
import { createBus } from "../../../src/runtime/bus.js";
import { systemClock } from "../../../src/runtime/clock.js";
import { FakeCaptures } from "../../support/fake-captures.js";
import { setUpHub } from "../../support/hub-setup.js";
import { recordLog } from "../../support/log-recorder.js";
import { createMemoryDatabase } from "../../support/memory-database.js";
import { createMemoryOutbox } from "../../support/memory-outbox.js";
import { freePort } from "../../support/mosquitto.js";
import { ownDevice } from "./page-setup.js";

const status: ProgramStatus = {
  ...{ version: "1.2.3", pid: 1, startedAt: 5 as EpochMs, relays: [], callers: [], splices: [] },
  broker: { url: "mqtt://broker.test", connected: true },
};

async function setUp(web: object, supervisorToken?: string) {
  const configuration = validateConfiguration({ web }, { protocols, dataDir: "/data" });
  const { log } = recordLog();
  const bus = createBus(log);
  const { hub } = setUpHub();
  const [captures, outbox] = [new FakeCaptures(), createMemoryOutbox()];
  const shared = { bus, clock: systemClock, log, hub, outbox };
  const health = createHealthParts(configuration, {
    ...{ ...shared, relays: () => [], gateway: () => ({}), capture: () => captures.status() },
    broker: () => ({ url: "", connected: true }),
    ...{ store: () => undefined, spool: () => undefined, splunk: () => undefined },
  });
  const encryption = {
    ...{ name: "encryption", start: async () => undefined, stop: async () => undefined },
    ...{ forget: () => [], readAgain: () => undefined },
  };
  return createPage(configuration, {
    ...{ ...shared, ...health, version: "1.2.3", database: createMemoryDatabase(), encryption, own: ownDevice },
    ...{ capture: { control: captures, relays: [], devices: () => [] }, hasEmbeddedBroker: true, supervisorToken },
    ...{ beginWrite: () => undefined, status: () => status, queues: () => [], sinks: () => [], portOf: () => 0 },
  });
}

describe("the page with what is served beside it", () => {
  it("is nothing where it is switched off", async () => {
    expect(await setUp({ enabled: false })).toBeUndefined();
  });

  it("serves health, metrics and the API from the parts of the program", async () => {
    const port = await freePort();
    const page = await setUp({ listen: `127.0.0.1:${port}` });
    await page?.server.start();
    const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    expect((await get("/health")).status).toBe(200);
    const overview = JSON.parse(await (await get("/api/overview")).text());
    expect(overview.program).toMatchObject({ version: "1.2.3", startedAt: 5, broker: { embedded: true } });
    expect(await (await get("/metrics")).text()).toContain("cloudtap_build_info");
    await page?.server.stop();
  });

  it("serves the Supervisor alone in Home Assistant's app", async () => {
    const port = await freePort();
    const page = await setUp({ listen: `127.0.0.1:${port}` }, "token");
    await page?.server.start();
    expect((await fetch(`http://127.0.0.1:${port}/api/overview`)).status).toBe(403);
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
    await page?.server.stop();
  });
});
