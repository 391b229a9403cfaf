import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer, connect as tlsConnect } from "node:tls";
import { afterAll, describe, expect, it } from "vitest";
import { createRelays, type SharedRelayPorts } from "../../src/composition/relays.js";
import { validateConfiguration } from "../../src/config/validate.js";
import { protocols } from "../../src/protocols/registry.js";
import { createDeviceCertificates } from "../../src/relay/tls/certificates.js";
import { SpliceMemory } from "../../src/relay/tls/splice-memory.js";
import { createBus } from "../../src/runtime/bus.js";
import { systemClock } from "../../src/runtime/clock.js";
import { ChaosServer } from "../support/chaos-socket.js";
import { recordLog } from "../support/log-recorder.js";
import { createMemoryOutbox } from "../support/memory-outbox.js";

const folder = mkdtempSync(join(tmpdir(), "cloudtap-relays-"));
const logs = recordLog();

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function configure(relays: readonly unknown[]) {
  return validateConfiguration({ relays }, { protocols, dataDir: folder });
}

function shared(): SharedRelayPorts {
  const store = { load: async () => [], save: () => undefined, remove: () => undefined, flush: async () => undefined };
  return {
    ...{ log: logs.log, clock: systemClock, bus: createBus(logs.log), outbox: createMemoryOutbox() },
    ...{ deliver: () => undefined, memory: { recall: () => undefined }, refused: () => undefined, owns: () => false },
    splices: new SpliceMemory({ store, clock: systemClock, log: logs.log }),
  };
}

describe("the relays of a configuration", () => {
  it("speak what they are told to, or tell protocols apart", async () => {
    const relays = [
      { name: "a", protocol: "envoy", listen: "127.0.0.1:0" },
      { name: "b", protocol: "auto", listen: "127.0.0.1:0" },
    ];
    const group = await createRelays(configure(relays), shared(), []);
    expect(group.relays.map((relay) => relay.status().protocol)).toEqual(["envoy", "auto"]);
    expect(group.relays[1]?.options.candidates?.map(({ name }) => name)).toEqual(["solarman", "websentry", "envoy"]);
  });

  it("keep TLS secrets of both legs in one file where they name the same one", async () => {
    const certificate = await createDeviceCertificates(folder, systemClock, logs.log).of(undefined);
    const cloud = await new ChaosServer(createTlsServer({ ...certificate }), "secureConnection").open();
    const path = join(folder, "keys.log");
    const common = { listen: "127.0.0.1:0", upstream: `127.0.0.1:${cloud.port}`, upstream_tls: "insecure" };
    const relays = ["a", "b"].map((name) => ({ ...common, name, protocol: "envoy", tls_key_log: path }));
    const group = await createRelays(configure(relays), shared(), []);
    await group.start();
    for (const relay of group.relays) {
      const device = tlsConnect({
        host: "127.0.0.1",
        port: relay.port(),
        rejectUnauthorized: false,
        maxVersion: "TLSv1.2",
      });
      await new Promise((resolve) => device.once("secureConnect", resolve));
      await cloud.connection(group.relays.indexOf(relay));
      device.destroy();
    }
    await group.stop();
    await cloud.close();
    const randoms = readFileSync(path, "utf8").match(/^(CLIENT_RANDOM|CLIENT_TRAFFIC_SECRET_0) /gm);
    expect(randoms).toHaveLength(4);
  });

  it("fail where none of them can listen", async () => {
    const other = await ChaosServer.listen();
    const relays = [{ name: "a", protocol: "envoy", listen: `127.0.0.1:${other.port}` }];
    const group = await createRelays(configure(relays), shared(), []);
    await expect(group.start()).rejects.toMatchObject({ code: "LISTEN_FAILED" });
    expect(logs.of("relay does not listen", "error")).toMatchObject([
      { relay: "a", code: "LISTEN_FAILED", reason: expect.stringContaining(`port ${other.port}`) },
    ]);
    await other.close();
  });
});
