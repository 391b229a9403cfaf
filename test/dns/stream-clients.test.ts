import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { StreamClients, streamClientLimit, streamIdleMs } from "../../src/dns/stream-clients.js";
import { frameForStream } from "../../src/dns/stream-framing.js";
import { FakeClock } from "../support/fake-clock.js";
import { recordLog } from "../support/log-recorder.js";
import { askOverTcp, readReplies } from "./asking.js";

type Respond = (message: Buffer, address: string) => Promise<Buffer | undefined>;

interface SetUp {
  readonly clock: FakeClock;
  readonly clients: StreamClients;
  readonly port: number;
  /** Opens a connection that has been accepted. */
  open(): Promise<Socket>;
  malformed(): number;
}

async function setUp(respond: Respond): Promise<SetUp> {
  const clock = new FakeClock();
  let malformed = 0;
  const clients = new StreamClients({
    log: recordLog().log,
    clock,
    limitBytes: 100,
    respond,
    malformed: () => {
      malformed += 1;
    },
  });
  const server = createServer({ allowHalfOpen: true });
  clients.accept(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    clients.stop();
    server.close();
  });
  const address = server.address();
  const port = address === null || typeof address === "string" ? 0 : address.port;
  return {
    ...{ clock, clients, port },
    open: async () => {
      const accepted = once(server, "connection");
      const socket = connect({ port, host: "127.0.0.1" });
      socket.on("error", () => undefined);
      onTestFinished(() => void socket.destroy());
      await Promise.all([accepted, once(socket, "connect")]);
      return socket;
    },
    malformed: () => malformed,
  };
}

const echo: Respond = async (message) => message;

describe("those who ask over TCP", () => {
  it("may ask several questions at once, and end their side", async () => {
    const { port } = await setUp(echo);
    const questions = Array.from({ length: 40 }, (_none, index) => Buffer.from(`question ${index}`));
    expect(await askOverTcp(port, questions)).toEqual(questions);
  });

  it("are answered however their bytes are split", async () => {
    const { open } = await setUp(echo);
    const questions = [Buffer.from("one"), Buffer.from("two"), Buffer.alloc(100)];
    const bytes = Buffer.concat(questions.map(frameForStream));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 })), async (cuts) => {
        const socket = await open();
        const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        for (const [index, end] of places.slice(1).entries()) socket.write(bytes.subarray(places[index], end));
        expect(await readReplies(socket, 3)).toEqual(questions);
      }),
      { numRuns: 20 },
    );
  });

  it("are told by their address", async () => {
    const { port } = await setUp(async (_message, address) => Buffer.from(address));
    expect(await askOverTcp(port, [Buffer.from("who")])).toEqual([Buffer.from("127.0.0.1")]);
  });

  it("are closed after ten seconds without a whole question", async () => {
    const { open, clock, clients } = await setUp(echo);
    const socket = await open();
    const ended = new Promise((resolve) => socket.once("close", resolve));
    socket.write(frameForStream(Buffer.from("half")).subarray(0, 3));
    socket.resume();
    clock.advance(streamIdleMs - 1);
    expect(clients.size).toBe(1);
    clock.advance(1);
    await ended;
  });

  it("are closed with a question that is too large", async () => {
    const { open, malformed } = await setUp(echo);
    const socket = await open();
    socket.resume();
    const ended = once(socket, "end");
    socket.write(frameForStream(Buffer.alloc(101)));
    await ended;
    expect(malformed()).toBe(1);
  });

  it("are at most 64; one more is closed at once", async () => {
    const { open, clients } = await setUp(echo);
    for (let client = 0; client < streamClientLimit; client += 1) await open();
    const oneMore = await open();
    oneMore.resume();
    await new Promise((resolve) => oneMore.once("close", resolve));
    expect(clients.size).toBe(streamClientLimit);
  });

  it("may leave without waiting for an answer", async () => {
    let answer: () => void = () => undefined;
    let asked: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const { open, port, clients } = await setUp((message) => {
      if (message.toString() === "other") return Promise.resolve(message);
      asked();
      return new Promise((resolve) => {
        answer = () => resolve(message);
      });
    });
    const socket = await open();
    socket.write(frameForStream(Buffer.from("slow")));
    await isAsked;
    socket.resetAndDestroy();
    expect(await askOverTcp(port, [Buffer.from("other")])).toEqual([Buffer.from("other")]);
    answer();
    expect(await askOverTcp(port, [Buffer.from("other")])).toHaveLength(1);
    expect(clients.size).toBeLessThanOrEqual(1);
  });
});
