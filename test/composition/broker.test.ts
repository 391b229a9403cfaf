import { createServer } from "node:net";
import { connect } from "mqtt";
import { describe, expect, it } from "vitest";
import { createEmbeddedBroker, mqttOptionsOf } from "../../src/composition/broker.js";
import { validateConfiguration } from "../../src/config/validate.js";
import { protocols } from "../../src/protocols/registry.js";
import { recordLog } from "../support/log-recorder.js";
import { freePort } from "../support/mosquitto.js";

const configure = (document: unknown) => validateConfiguration(document, { protocols, dataDir: "/tmp/cloudtap" });

describe("the broker's options", () => {
  it("name the broker that was found, with its user", () => {
    const broker = { url: "mqtt://core-mosquitto:1883", username: "addons", password: "secret" };
    expect(mqttOptionsOf(configure({}), broker)).toMatchObject({ ...broker, clientId: "cloudtap", control: false });
  });

  it.each([
    ["1884", "mqtt://127.0.0.1:1884"],
    ["0.0.0.0:1884", "mqtt://127.0.0.1:1884"],
    ["192.0.2.7:1884", "mqtt://192.0.2.7:1884"],
  ])("lead to the embedded one that listens on %s", (listen, url) => {
    expect(mqttOptionsOf(configure({ mqtt: { embedded: { listen } } }), undefined).url).toBe(url);
  });

  it("tell that some relay can be written to", () => {
    const relays = [{ name: "pool", protocol: "websentry", control: true }];
    expect(mqttOptionsOf(configure({ relays }), undefined).control).toBe(true);
  });
});

describe("the embedded broker", () => {
  it("takes clients until it is stopped, and says why it is there", async () => {
    const port = await freePort();
    const { log, lines } = recordLog();
    const configuration = configure({ mqtt: { embedded: { listen: `127.0.0.1:${port}` } } });
    const broker = createEmbeddedBroker(configuration, "no broker is configured", log);
    await broker.start();
    const client = connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
    await new Promise<void>((resolve) => client.once("connect", () => resolve()));
    const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
    await broker.stop();
    await closed;
    client.end(true);
    expect(lines).toContainEqual(
      expect.objectContaining({ msg: "embedded broker listens", reason: "no broker is configured" }),
    );
  });

  it("says that its port is taken, and keeps nobody from starting", async () => {
    const taken = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => taken.listen(port, "127.0.0.1", resolve));
    const { log, lines } = recordLog();
    const broker = createEmbeddedBroker(configure({ mqtt: { embedded: { listen: `127.0.0.1:${port}` } } }), "", log);
    await broker.start();
    await broker.stop();
    expect(lines).toContainEqual(expect.objectContaining({ code: "LISTEN_FAILED" }));
    await new Promise((resolve) => taken.close(resolve));
  });
});
