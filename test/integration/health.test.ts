import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../support/mosquitto.js";
import { type Told, tell } from "../support/tshark.js";
import { Broker, Observer } from "./broker.js";
import { cloudtapCommand, Program, temporaryFolder } from "./program.js";
import { deviceStream } from "./simulated-device.js";

const [hello = Buffer.alloc(0)] = deviceStream("solarman", { index: 0 }, 1);

describe("health and problems of a running program", () => {
  const folder = temporaryFolder();
  const sockets = new Set<Socket>();
  let broker: Broker;
  let observer: Observer;
  let program: Program;
  let cloudPort: number;
  let page: string;

  beforeAll(async () => {
    broker = await Broker.start(folder.path);
    observer = await Observer.connect(broker.url);
    cloudPort = await freePort();
    const listen = `127.0.0.1:${await freePort()}`;
    page = `http://${listen}`;
    program = await Program.start({
      folder: folder.path,
      mqttUrl: broker.url,
      relays: [{ name: "roof", protocol: "solarman", upstream: `127.0.0.1:${cloudPort}` }],
      extra: { web: { listen } },
    });
    await observer.waitForState("cloudtap_bridge");
  });

  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await program.end("SIGKILL");
    await observer.stop();
    await broker.stop();
    folder.remove();
  });

  function cloudtapHealth(): Promise<Told> {
    const [command, args] = cloudtapCommand("health", "--config", program.file);
    return tell(command, args);
  }

  /** A device calls, says something and waits until it is hung up on. */
  async function call(): Promise<void> {
    const socket = connect(program.port("roof"), "127.0.0.1").on("error", () => undefined);
    sockets.add(socket.resume());
    socket.write(hello);
    await new Promise((resolve) => socket.once("close", resolve));
    sockets.delete(socket);
  }

  it("are good once it runs", async () => {
    const answer = await fetch(`${page}/health`);
    expect([answer.status, await answer.json()]).toEqual([200, { status: "ok", reasons: [] }]);
    expect(await cloudtapHealth()).toMatchObject({ code: 0, stdout: "ok\n" });
    const own = await observer.waitForState("cloudtap_bridge");
    expect(own).toMatchObject({ problem: false, relay_roof_problem: false, relay_roof_detail: null });
  });

  it("tell of a cloud that cannot be reached, which is no fault of the program, and of its return", async () => {
    await call();
    await call();
    const away = await observer.waitForState("cloudtap_bridge", (state) => state.relay_roof_problem === true);
    expect(away.relay_roof_detail).toContain(`cannot reach the cloud 127.0.0.1:${cloudPort}`);
    expect(away.problem).toBe(false);
    expect(await cloudtapHealth()).toMatchObject({ code: 0 });
    const cloud = createServer((socket) => {
      socket.on("error", () => undefined).once("data", () => socket.end("an answer"));
    });
    cloud.listen(cloudPort, "127.0.0.1");
    await once(cloud, "listening");
    await call();
    await observer.waitForState("cloudtap_bridge", (state) => state.relay_roof_problem === false);
    cloud.close();
  });

  it("are bad once it has ended", async () => {
    expect(await program.end()).toBe(0);
    const { code, stdout } = await cloudtapHealth();
    expect(code).toBe(1);
    expect(stdout).toContain("is Cloudtap running");
  });
});
