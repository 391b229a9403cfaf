import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Configuration } from "../src/config/configuration.js";
import { validateConfiguration } from "../src/config/validate.js";
import { Application } from "../src/main.js";
import { protocols } from "../src/protocols/registry.js";
import { systemClock } from "../src/runtime/clock.js";
import { connectDevice } from "./integration/delivery.js";
import { temporaryFolder } from "./integration/program.js";
import { recordLog } from "./support/log-recorder.js";
import { freePort } from "./support/mosquitto.js";

describe("application", () => {
  let folder: ReturnType<typeof temporaryFolder>;

  beforeEach(() => {
    folder = temporaryFolder();
  });

  afterEach(() => folder.remove());

  async function configure(ports: readonly number[], brokerPort: number): Promise<Configuration> {
    const relays = ports.map((port, index) => ({
      name: `relay${index}`,
      protocol: "raw",
      listen: `127.0.0.1:${port}`,
      upstream: "127.0.0.1:9",
    }));
    const document = {
      data_dir: join(folder.path, "data"),
      mqtt: { embedded: { listen: `127.0.0.1:${brokerPort}` } },
      web: { enabled: false },
      relays,
    };
    return validateConfiguration(document, { protocols, dataDir: folder.path, variables: new Map() });
  }

  function application(configuration: Configuration) {
    const recorder = recordLog();
    const ports = { log: recorder.log, clock: systemClock, version: "0.0.0", broker: undefined, reason: "a test" };
    return { recorder, app: new Application(configuration, ports) };
  }

  it("A24: says which port is taken, and starts the other relays", async () => {
    const taken = createServer();
    const takenPort = await freePort();
    await new Promise<void>((resolve) => taken.listen(takenPort, "127.0.0.1", resolve));
    const openPort = await freePort();
    const { app, recorder } = application(await configure([takenPort, openPort], await freePort()));
    await app.start();
    const device = await connectDevice(openPort);
    device.socket.destroy();
    const line = recorder.lines.find((one) => one.code === "LISTEN_FAILED");
    expect(JSON.stringify(line)).toContain(String(takenPort));
    expect(await app.stop()).toBe(true);
    await new Promise((resolve) => taken.close(resolve));
  });

  it("does not start when no relay can listen, and leaves nothing behind", async () => {
    const taken = createServer();
    const takenPort = await freePort();
    await new Promise<void>((resolve) => taken.listen(takenPort, "127.0.0.1", resolve));
    const configuration = await configure([takenPort], await freePort());
    await expect(application(configuration).app.start()).rejects.toMatchObject({ code: "LISTEN_FAILED" });
    await new Promise((resolve) => taken.close(resolve));
    const { app } = application(configuration);
    await app.start();
    expect(await app.stop()).toBe(true);
  });

  it("goes on relaying when the embedded broker's port is taken", async () => {
    const taken = createServer((socket) => socket.destroy());
    const brokerPort = await freePort();
    await new Promise<void>((resolve) => taken.listen(brokerPort, "127.0.0.1", resolve));
    const port = await freePort();
    const { app, recorder } = application(await configure([port], brokerPort));
    await app.start();
    const device = await connectDevice(port);
    device.socket.destroy();
    expect(recorder.lines.some((line) => line.msg === "embedded broker does not listen")).toBe(true);
    expect(await app.stop()).toBe(true);
    await new Promise((resolve) => taken.close(resolve));
  });
});
