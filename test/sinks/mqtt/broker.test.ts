import { createServer } from "node:net";
import { connectAsync } from "mqtt";
import { afterEach, describe, expect, it } from "vitest";
import { silentLogger } from "../../../src/runtime/log.js";
import { type EmbeddedBroker, startEmbeddedBroker } from "../../../src/sinks/mqtt/broker.js";
import { MqttWitness, retainedMessages } from "../../support/mosquitto.js";

describe("the embedded broker", () => {
  let broker: EmbeddedBroker | undefined;

  afterEach(async () => {
    await broker?.stop();
    broker = undefined;
  });

  async function start(): Promise<string> {
    broker = await startEmbeddedBroker({ host: "127.0.0.1", port: 0 }, silentLogger());
    return `mqtt://127.0.0.1:${broker.address.port}`;
  }

  for (const protocolVersion of [4, 5] as const) {
    it(`serves clients with protocol ${protocolVersion === 4 ? "3.1.1" : "5"}`, async () => {
      const url = await start();
      const witness = await MqttWitness.connect(url, { protocolVersion });
      await witness.publish("a/state", "1", true);
      await witness.waitForTopic("a/state");
      await witness.stop();
      expect(await retainedMessages(url, { protocolVersion })).toEqual(new Map([["a/state", "1"]]));
    });
  }

  it("publishes the last will of a client that hung up", async () => {
    const url = await start();
    const witness = await MqttWitness.connect(url);
    const will = { topic: "a/availability", payload: "offline", qos: 1, retain: true } as const;
    const client = await connectAsync(url, { will, reconnectPeriod: 0 });
    client.stream.destroy();
    expect((await witness.waitForTopic("a/availability")).payload).toBe("offline");
    await witness.stop();
  });

  it("says what to change where the port is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await expect(startEmbeddedBroker({ host: "127.0.0.1", port }, silentLogger())).rejects.toMatchObject({
      code: "LISTEN_FAILED",
      message: expect.stringMatching(/EADDRINUSE.*mqtt\.embedded\.listen.*mqtt\.url/),
    });
    await new Promise((resolve) => other.close(resolve));
  });

  it("stops while clients are connected", async () => {
    const url = await start();
    const client = await connectAsync(url, { reconnectPeriod: 0 });
    const gone = new Promise((resolve) => client.once("close", () => resolve(true)));
    await broker?.stop();
    broker = undefined;
    expect(await gone).toBe(true);
  });
});
