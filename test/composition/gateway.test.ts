import { describe, expect, it } from "vitest";
import { createGateway } from "../../src/composition/gateway.js";
import { validateConfiguration } from "../../src/config/validate.js";
import type { Interception } from "../../src/intercept/interception.js";
import type { EpochMs } from "../../src/model/time.js";
import { protocols } from "../../src/protocols/registry.js";
import { FakeClock } from "../support/fake-clock.js";
import { recordLog } from "../support/log-recorder.js";

const relay = { name: "all", protocol: "auto", listen: 4_999, upstream: "original" };
const configure = (document: unknown) => validateConfiguration(document, { protocols, dataDir: "/tmp/cloudtap" });

function ports() {
  return { log: recordLog().log, clock: new FakeClock(), serving: () => ["all"] };
}

describe("the ways by which devices are led here", () => {
  it("are none by default", async () => {
    const gateway = await createGateway(configure({}), ports());
    expect(gateway.parts).toEqual([]);
    expect(gateway.relays).toEqual({});
    expect(gateway.status()).toEqual({});
  });

  it("are known to sockets where somebody else's rules lead devices here", async () => {
    const gateway = await createGateway(configure({ relays: [relay], intercept: { devices: ["10.0.0.2"] } }), ports());
    expect(gateway.parts).toEqual([]);
    expect(gateway.relays.interception).toMatchObject({ transparent: false });
  });

  it("are held by this process, which is ready to take connections to others under tproxy", async () => {
    const intercept = { mode: "tproxy", devices: ["10.0.0.2"] };
    const gateway = await createGateway(configure({ relays: [relay], intercept }), ports());
    expect(gateway.parts.map(({ name }) => name)).toEqual(["interception"]);
    expect(gateway.relays.interception).toMatchObject({ transparent: true });
    expect(gateway.status()).toMatchObject({ intercept: { mode: "tproxy", state: "lifted" } });
  });

  it("are held by a process with more rights where there is one, which opens ports too", async () => {
    const status = { mode: "redirect", state: "held", since: 0 as EpochMs, findings: [], counters: [] } as const;
    const served: string[] = [];
    const interception: Interception = {
      ...{ name: "interception", start: async () => undefined, stop: async () => undefined },
      serve: (relays) => void served.push(...relays),
      status: () => status,
    };
    const parent = { interception, listeners: async () => undefined };
    const intercept = { mode: "redirect", devices: ["10.0.0.2"], user: "nobody" };
    const gateway = await createGateway(configure({ relays: [relay], intercept }), { ...ports(), parent });
    await gateway.parts[0]?.start();
    expect(served).toEqual(["all"]);
    expect(gateway.relays.listenerSource).toBe(parent.listeners);
    expect(gateway.status()).toEqual({ intercept: status });
  });

  it("are answers for the names of the vendors whose devices are served, and those that are added", async () => {
    const dns = { enabled: true, listen: 5_353, names: ["Logger.example.com"], forward: ["192.0.2.53"] };
    const gateway = await createGateway(configure({ intercept: { dns } }), ports());
    expect(gateway.parts.map(({ name }) => name)).toEqual(["name server"]);
    expect(gateway.status().dns).toMatchObject({
      names: [
        ...["5406.deviceaccess.host", "websentry.seresco.net", "reports.enphaseenergy.com", "logger.example.com"],
      ],
      forward: ["192.0.2.53"],
    });
  });
});
