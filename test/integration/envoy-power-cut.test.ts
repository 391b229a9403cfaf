import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithCaptures, readCapture, readCaptureJson } from "../support/captures.js";
import { Broker, Observer } from "./broker.js";
import { connectDevice } from "./delivery.js";
import { type FakeCloud, startFakeCloud } from "./fake-cloud.js";
import { Program, temporaryFolder } from "./program.js";

interface Sidecar {
  readonly expected: { readonly array: { readonly energy_wh: number } };
}

/** Points within a post, in milliseconds, at which the power goes; spread over reading, counting and answering. */
const cutsAfterMs = [0, 1, 3, 6, 10, 15, 20, 30, 45, 70];

describeWithCaptures("a power cut while an Envoy hands over its backlog", () => {
  const folder = temporaryFolder();
  const request = readCapture("envoy/envoy-2015-backfill-part1.request.form.http");
  const { expected } = readCaptureJson<Sidecar>("envoy/envoy-2015-backfill-part1.json");
  let broker: Broker;
  let observer: Observer;
  let cloud: FakeCloud;

  beforeAll(async () => {
    broker = await Broker.start(folder.path);
    observer = await Observer.connect(broker.url);
    cloud = await startFakeCloud();
  });

  afterAll(async () => {
    await observer.stop();
    await cloud.stop();
    await broker.stop();
    folder.remove();
  });

  async function answerAll(): Promise<void> {
    for (let index = 0; ; index += 1) {
      const { socket, waitFor } = await cloud.connection(index);
      void waitFor(request.length).then(() =>
        socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"),
      );
    }
  }

  async function post(program: Program): Promise<void> {
    const device = await connectDevice(program.port("roof"));
    device.send(request);
    await device.ended;
    device.socket.destroy();
  }

  it("counts every interval once, wherever it strikes", async () => {
    void answerAll();
    const relay = { name: "roof", protocol: "envoy", upstream: `127.0.0.1:${cloud.port}` };
    const program = await Program.start({ folder: folder.path, mqttUrl: broker.url, relays: [relay] });
    for (const afterMs of cutsAfterMs) {
      const posts = [post(program), post(program)];
      await wait(afterMs);
      await program.end("SIGKILL");
      await Promise.allSettled(posts);
      await program.start();
    }
    await post(program);
    await post(program);
    const state = await observer.waitForState(
      "envoy_121319013553",
      (values) => typeof values.energy_total === "number",
    );
    expect(state.energy_total).toBeCloseTo(expected.array.energy_wh, 0);
    const totals = observer.messages
      .filter((message) => message.topic === "cloudtap/envoy_121319013553/state")
      .map((message): { energy_total: number | null } => JSON.parse(message.payload))
      .flatMap((values) => (values.energy_total === null ? [] : [values.energy_total]));
    expect(new Set(totals).size).toBe(1);
    expect(await program.end()).toBe(0);
  });
});
