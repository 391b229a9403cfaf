import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Broker, Observer } from "../integration/broker.js";
import { Program, temporaryFolder } from "../integration/program.js";

const relay = { name: "any", protocol: "raw", upstream: "127.0.0.1:9" };

describe("cloudtap run", () => {
  const folder = temporaryFolder();

  afterAll(() => folder.remove());

  it.each(["SIGTERM", "SIGINT"] as const)("ends with exit code 0 at %s", async (signal) => {
    const program = await Program.start({ folder: folder.path, relays: [relay] });
    expect(await program.end(signal)).toBe(0);
    expect(program.logs.at(-1)?.msg).toBe("cloudtap stopped");
  });

  it("names in one line the address of the embedded broker that any client can use", async () => {
    const program = await Program.start({ folder: folder.path, relays: [relay] });
    const line = await program.waitForLog((one) => one.msg === "embedded broker listens");
    const observer = await Observer.connect(String(line.address));
    expect(await observer.waitFor("cloudtap/bridge/state", (payload) => payload === "online")).toBe("online");
    await observer.stop();
    expect(await program.end()).toBe(0);
  });

  describe("with a broker", () => {
    let broker: Broker;
    let observer: Observer;

    beforeAll(async () => {
      broker = await Broker.start(folder.path);
      observer = await Observer.connect(broker.url);
    });

    afterAll(async () => {
      await observer.stop();
      await broker.stop();
    });

    it("says offline when it ends, and also when it is killed", async () => {
      const program = await Program.start({ folder: folder.path, mqttUrl: broker.url, relays: [relay] });
      const topic = "cloudtap/bridge/state";
      await observer.waitFor(topic, (payload) => payload === "online");
      await program.end();
      await observer.waitFor(topic, (payload) => payload === "offline");
      await program.start();
      await observer.waitFor(topic, (payload) => payload === "online");
      await program.end("SIGKILL");
      expect(await observer.waitFor(topic, (payload) => payload === "offline")).toBe("offline");
    });

    it("refuses to share its data directory with another Cloudtap", async () => {
      const program = await Program.start({ folder: folder.path, mqttUrl: broker.url, relays: [relay] });
      await expect(Program.start({ folder: folder.path, mqttUrl: broker.url, relays: [relay] })).rejects.toThrow(
        /ended with 1/,
      );
      expect(await program.end()).toBe(0);
    });
  });
});
