import { describe, expect, it, onTestFinished } from "vitest";
import { exchangeOverTcp, exchangeOverUdp } from "../../src/dns/exchange.js";
import { deadPort, type PlayedServer, playServer, question } from "./asking.js";

const message = question("a.example");
const exchanges = [
  ["UDP", exchangeOverUdp],
  ["TCP", exchangeOverTcp],
] as const;

describe.each(exchanges)("a question over %s", (_name, exchange) => {
  const ask = (server: PlayedServer | { readonly port: number }): Promise<Buffer | string> =>
    new Promise((resolve) => {
      const end = exchange({ host: "127.0.0.1", port: server.port }, message, { received: resolve, failed: resolve });
      onTestFinished(end);
    });

  it("goes out as it is, and the answer comes back as it is", async () => {
    const server = await playServer((_message, reply) => reply(Buffer.from("answer")));
    expect(await ask(server)).toEqual(Buffer.from("answer"));
    expect(server.questions).toEqual([message]);
  });

  it("fails where nobody listens", async () => {
    expect(await ask({ port: await deadPort() })).toContain("ECONNREFUSED");
  });

  it("tells nothing any more once it was ended", async () => {
    const told: unknown[] = [];
    const tell = (what: unknown): unknown => told.push(what);
    const server = await playServer((_message, reply) => reply(Buffer.from("late")));
    const end = exchange({ host: "127.0.0.1", port: server.port }, message, { received: tell, failed: tell });
    await server.asked(1);
    end();
    end();
    // Whatever was on its way has come before the answer to another question.
    await ask(server);
    expect(told).toEqual([]);
  });
});
