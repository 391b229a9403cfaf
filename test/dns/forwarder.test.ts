import { createSocket } from "node:dgram";
import { describe, expect, it, onTestFinished } from "vitest";
import { Forwarder, forwardLimitMs, inFlightLimit, nextServerMs } from "../../src/dns/forwarder.js";
import { encodeFailure, responseCodes } from "../../src/dns/reply.js";
import { FakeClock } from "../support/fake-clock.js";
import {
  addressesIn,
  answerTo,
  deadPort,
  playServer,
  queryOf,
  question,
  questionWithEdns,
  responseCode,
  type Script,
} from "./asking.js";

const message = question("A.Example");
const query = queryOf(message);
const silent: Script = () => undefined;
const answering =
  (address: string): Script =>
  (asked, reply) =>
    reply(answerTo(asked, [address]));
const failing =
  (code: number): Script =>
  (asked, reply) =>
    reply(encodeFailure(asked, queryOf(asked), code));

function setUp(ports: readonly number[]): { readonly forwarder: Forwarder; readonly clock: FakeClock } {
  const clock = new FakeClock();
  const forwarder = new Forwarder({ clock, servers: () => ports.map((port) => ({ host: "127.0.0.1", port })) });
  onTestFinished(() => forwarder.stop());
  return { forwarder, clock };
}

describe.each(["udp", "tcp"] as const)("a question forwarded over %s", (transport) => {
  it("goes out under another id, otherwise byte for byte, and comes back under its own", async () => {
    const server = await playServer(answering("192.0.2.7"));
    const { forwarder } = setUp([server.port]);
    const asked = questionWithEdns("A.Example", 1400);
    const reply = await forwarder.forward(asked, queryOf(asked), transport);
    expect(server.questions[0]?.subarray(2)).toEqual(asked.subarray(2));
    expect(reply?.readUInt16BE(0)).toBe(0x1234);
    expect(addressesIn(reply ?? Buffer.alloc(0))).toEqual(["192.0.2.7"]);
    expect(forwarder.inFlight).toBe(0);
  });

  it("goes to the next server when the first is silent for too long", async () => {
    const first = await playServer(silent);
    const second = await playServer(answering("192.0.2.8"));
    const { forwarder, clock } = setUp([first.port, second.port]);
    const reply = forwarder.forward(message, query, transport);
    await first.asked(1);
    expect(second.questions).toEqual([]);
    clock.advance(nextServerMs);
    expect(addressesIn((await reply) ?? Buffer.alloc(0))).toEqual(["192.0.2.8"]);
  });

  it("goes to the next server at once when the first cannot be reached", async () => {
    const second = await playServer(answering("192.0.2.8"));
    const { forwarder } = setUp([await deadPort(), second.port]);
    expect(await forwarder.forward(message, query, transport)).toBeDefined();
  });

  it("goes to the next server at once when the first refuses", async () => {
    const first = await playServer(failing(responseCodes.refused));
    const second = await playServer(answering("192.0.2.8"));
    const { forwarder } = setUp([first.port, second.port]);
    const reply = await forwarder.forward(message, query, transport);
    expect(responseCode(reply ?? Buffer.alloc(4))).toBe(0);
  });

  it("comes back with the first refusal where nobody says anything better", async () => {
    const first = await playServer(failing(responseCodes.serverFailure));
    const second = await playServer(failing(responseCodes.refused));
    const { forwarder } = setUp([first.port, second.port]);
    const reply = await forwarder.forward(message, query, transport);
    expect(responseCode(reply ?? Buffer.alloc(4))).toBe(responseCodes.serverFailure);
  });

  it("comes back with nothing when all are silent", async () => {
    const server = await playServer(silent);
    const { forwarder, clock } = setUp([server.port]);
    const reply = forwarder.forward(message, query, transport);
    await server.asked(1);
    clock.advance(forwardLimitMs);
    expect(await reply).toBeUndefined();
    expect(forwarder.inFlight).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it("comes back with nothing when it is stopped, or there is nobody to ask", async () => {
    const server = await playServer(silent);
    const { forwarder } = setUp([server.port]);
    const reply = forwarder.forward(message, query, transport);
    await server.asked(1);
    forwarder.stop();
    expect(await reply).toBeUndefined();
    expect(await setUp([]).forwarder.forward(message, query, transport)).toBeUndefined();
  });

  it("is not answered by a message with another id or question", async () => {
    const server = await playServer((asked, reply) => {
      const wrongId = answerTo(asked, ["192.0.2.66"]);
      wrongId.writeUInt16BE(asked.readUInt16BE(0) ^ 1, 0);
      reply(wrongId);
      const other = question("b.example", "A", { id: asked.readUInt16BE(0) });
      reply(answerTo(other, ["192.0.2.66"]));
      reply(Buffer.from("garbage"));
      reply(answerTo(asked, ["192.0.2.7"]));
    });
    const { forwarder } = setUp([server.port]);
    const reply = await forwarder.forward(message, query, transport);
    expect(addressesIn(reply ?? Buffer.alloc(0))).toEqual(["192.0.2.7"]);
  });
});

describe("the forwarder", () => {
  it("takes no answer from another address or port", async () => {
    const stranger = createSocket("udp4");
    const udp = createSocket("udp4");
    onTestFinished(() => {
      stranger.close();
      udp.close();
    });
    await new Promise<void>((resolve) => udp.bind(0, "127.0.0.1", resolve));
    udp.on("message", (asked, from) => {
      stranger.send(answerTo(asked, ["192.0.2.66"]), from.port, from.address, () => {
        udp.send(answerTo(asked, ["192.0.2.7"]), from.port, from.address);
      });
    });
    const { forwarder } = setUp([udp.address().port]);
    const reply = await forwarder.forward(message, query, "udp");
    expect(addressesIn(reply ?? Buffer.alloc(0))).toEqual(["192.0.2.7"]);
  });

  it("begins with the server that answered last", async () => {
    const second = await playServer(answering("192.0.2.8"));
    const first = await playServer(failing(responseCodes.refused));
    const { forwarder } = setUp([first.port, second.port]);
    await forwarder.forward(message, query, "udp");
    await forwarder.forward(message, query, "udp");
    expect([first.questions.length, second.questions.length]).toEqual([1, 2]);
  });

  it("has a bound on what is on its way", async () => {
    const server = await playServer(silent);
    const { forwarder } = setUp([server.port]);
    const waiting = Array.from({ length: inFlightLimit }, () => forwarder.forward(message, query, "udp"));
    expect(forwarder.inFlight).toBe(inFlightLimit);
    expect(await forwarder.forward(message, query, "udp")).toBeUndefined();
    forwarder.stop();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([undefined]));
  });
});
