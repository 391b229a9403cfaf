import { afterEach, describe, expect, it } from "vitest";
import type { DeviceId } from "../../../src/model/device.js";
import type { OutboxItem } from "../../../src/model/ports.js";
import type { Delivery, Frame } from "../../../src/model/protocol.js";
import { Courier } from "../../../src/relay/cloud/courier.js";
import { Upstream } from "../../../src/relay/cloud/upstream.js";
import { UpstreamHealth } from "../../../src/relay/cloud/upstream-health.js";
import { systemClock } from "../../../src/runtime/clock.js";
import { encodeAnswer, encodeFrame, encodeReport } from "../../support/blueprint/encoder.js";
import { blueprint } from "../../support/blueprint/index.js";
import { ChaosServer, type ChaosSocket } from "../../support/chaos-socket.js";
import { dialling } from "../../support/dialling.js";
import { recordLog } from "../../support/log-recorder.js";
import { createMemoryOutbox } from "../../support/memory-outbox.js";

const report = (sequence: number) => encodeReport(7, sequence, { powerW: 1, temperatureC: 20, energyTotalWh: 1 });
const verdicts: Readonly<Record<number, "refused" | "failed" | "interim">> = {
  250: "refused",
  251: "failed",
  252: "interim",
};
/** The verdict stands in the sequence number of the answer. */
const delivery: Delivery = {
  keeps: () => true,
  judge: ({ bytes }: Frame) => verdicts[bytes[5] ?? 0] ?? "delivered",
};
const answers = {
  taken: encodeAnswer(7, 1, 1),
  refused: encodeAnswer(7, 250, 1),
  failed: encodeAnswer(7, 251, 1),
  interim: encodeAnswer(7, 252, 1),
  garbage: Buffer.from("garbage"),
  half: encodeFrame({ type: 0x81, sequence: 1, serial: 7 }, new Uint8Array(4)).subarray(0, 9),
};
const running: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

type Cloud = (socket: ChaosSocket, number: number) => Promise<void> | void;

/** A cloud that treats its connections as told, one after the other; what it took is in `got`. */
async function setUp(cloud: Cloud, sequences: readonly number[] = [1, 2, 3]) {
  const server = await ChaosServer.listen();
  const got: number[] = [];
  let served = 0;
  server.server.on("connection", () => {
    const number = served;
    served += 1;
    void server.connection(number).then(async (socket) => {
      const bytes = await socket.waitFor(report(1).length);
      got.push(bytes[5] ?? 0);
      await cloud(socket, number);
    });
  });
  const outbox = createMemoryOutbox();
  const logs = recordLog();
  const options = { host: "127.0.0.1", port: server.port };
  const refused: OutboxItem[] = [];
  const courier = new Courier({
    ...{ relay: "test", protocol: { ...blueprint, delivery }, outbox, upstreamTls: "auto", clock: systemClock },
    ...{ log: logs.log, replyTimeoutMs: 60, random: () => 0 },
    upstream: new Upstream(options, dialling()),
    health: new UpstreamHealth(logs.log, "cloud"),
    reached: () => undefined,
    unreachable: () => undefined,
    refused: (item) => refused.push(item),
  });
  for (const sequence of sequences) {
    const item = { relay: "test", device: "blueprint_7" as DeviceId, keptAt: systemClock.now() };
    await outbox.keep({ ...item, bytes: report(sequence), security: "plain" });
  }
  running.push(async () => {
    courier.stop();
    await server.close();
  });
  const emptied = async (): Promise<void> => {
    while (!courier.isEmpty) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { courier, outbox, logs, got, refused, server, emptied };
}

describe("the courier", () => {
  it("hands everything in, in order, each on a connection of its own, without a half close", async () => {
    const endings: string[] = [];
    const { courier, got, emptied, server, logs } = await setUp(async (socket) => {
      void socket.ending.then((ending) => endings.push(ending));
      await socket.send(answers.taken);
    });
    courier.wake();
    courier.wake();
    await emptied();
    expect(got).toEqual([1, 2, 3]);
    expect(server.connections).toHaveLength(3);
    expect(logs.of("the cloud has everything that it had missed", "info")).toMatchObject([{ delivered: 3 }]);
  });

  it.each<[string, Cloud]>([
    ["resets", (socket) => socket.reset()],
    ["stays silent", () => undefined],
    ["closes without a word", (socket) => socket.halfClose()],
    ["breaks its answer off", (socket) => socket.send(answers.half).then(() => socket.reset())],
    ["says nothing that can be framed", (socket) => socket.send(answers.garbage)],
    ["says that it cannot serve now", (socket) => socket.send(answers.failed)],
  ])("tries again later when the cloud %s, and delivers each once after that", async (_name, fault) => {
    const { courier, got, emptied } = await setUp((socket, number) =>
      number === 0 ? fault(socket, number) : socket.send(answers.taken),
    );
    courier.wake();
    await emptied();
    expect(got).toEqual([1, 1, 2, 3]);
  });

  it("tries again later when the cloud cannot be reached", async () => {
    const { courier, got, emptied, server, logs } = await setUp((socket) => socket.send(answers.taken));
    const { port } = server;
    await new Promise((resolve) => server.server.close(resolve));
    courier.wake();
    while (logs.of("reports wait for the cloud").length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await server.open("127.0.0.1", port);
    await emptied();
    expect(got).toEqual([1, 2, 3]);
    expect(logs.of("reports wait for the cloud", "warn")).toHaveLength(1);
    expect(logs.of("the cloud has everything that it had missed", "info")).toHaveLength(1);
  });

  it("waits for the answer that an interim one announces", async () => {
    const { courier, got, emptied, refused } = await setUp(async (socket, number) => {
      const last = number === 1 ? answers.refused : answers.taken;
      await socket.send(number === 0 ? Buffer.concat([answers.interim, last]) : answers.interim);
      if (number !== 0) await socket.send(last);
    });
    courier.wake();
    await emptied();
    expect(got).toEqual([1, 2, 3]);
    expect(refused.map(({ bytes }) => bytes[5])).toEqual([2]);
  });

  it("says nothing of an outbox that is closed once it is stopped", async () => {
    const { courier, outbox, logs } = await setUp(() => undefined);
    let fail = (): void => undefined;
    outbox.oldest = () =>
      new Promise((_resolve, reject) => {
        fail = () => reject(new Error("it is closed"));
      });
    courier.wake();
    courier.stop();
    fail();
    await new Promise((resolve) => setImmediate(resolve));
    expect(logs.of("the outbox could not be read")).toEqual([]);
  });

  it("gives up what the cloud refuses, says so, and goes on", async () => {
    const { courier, got, emptied, refused } = await setUp((socket, number) =>
      socket.send(number === 0 ? answers.refused : answers.taken),
    );
    courier.wake();
    await emptied();
    expect(got).toEqual([1, 2, 3]);
    expect(refused.map(({ bytes }) => bytes[5])).toEqual([1]);
  });

  it("gives up what the cloud fails on again and again while it takes a later one", async () => {
    const { courier, got, emptied, refused } = await setUp((socket) =>
      socket.send(socket.received()[5] === 1 ? answers.failed : answers.taken),
    );
    courier.wake();
    await emptied();
    expect(got).toEqual([1, 1, 1, 1, 1, 2, 3]);
    expect(refused.map(({ bytes }) => bytes[5])).toEqual([1]);
  });

  it("leaves what is under way in the outbox when it is stopped", async () => {
    const { courier, outbox, server } = await setUp(() => undefined);
    courier.wake();
    const socket = await server.connection(0);
    await socket.waitFor(report(1).length);
    courier.stop();
    await socket.ending;
    expect(outbox.items.size).toBe(3);
  });
});
