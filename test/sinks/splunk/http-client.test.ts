import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/runtime/clock.js";
import { HttpClient } from "../../../src/sinks/splunk/http-client.js";
import { makeKeyPair } from "../../integration/key-pair.js";
import { FakeClock } from "../../support/fake-clock.js";
import { FakeCollector } from "../../support/fake-collector.js";

const folder = mkdtempSync(join(tmpdir(), "cloudtap-hec-"));
const body = Buffer.from('{"event":{"id":"1"}}');
const ends: (() => Promise<void> | void)[] = [];
let pair: ReturnType<typeof makeKeyPair>;

beforeAll(() => {
  pair = makeKeyPair(folder, "splunk");
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function collector(tls?: { readonly key: string; readonly cert: string }): Promise<FakeCollector> {
  const started = await FakeCollector.start(tls);
  ends.push(() => started.stop());
  return started;
}

function client(options: { readonly verify: boolean; readonly ca?: string } = { verify: true }, clock = systemClock) {
  const created = new HttpClient(options, clock);
  ends.unshift(() => created.close());
  return created;
}

/** A server that does as it likes with what comes. */
async function server(answer: (socket: Socket) => void): Promise<URL> {
  const sockets = new Set<Socket>();
  const listening = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    answer(socket);
  });
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    listening.close();
  });
  const address = listening.address();
  if (address === null || typeof address === "string") throw new Error("expected a TCP port");
  return new URL(`http://127.0.0.1:${address.port}/`);
}

describe("a request to Splunk", () => {
  it("carries headers and body, and brings the answer", async () => {
    const splunk = await collector();
    const answer = await client().post(new URL(splunk.url), { Authorization: "Splunk abc" }, body);
    expect(answer).toEqual({ status: 200, body: '{"text":"Success","code":0}' });
    expect(splunk.batches[0]?.headers).toMatchObject({ authorization: "Splunk abc", "content-length": "20" });
  });

  it("goes over the connection that is there", async () => {
    const splunk = await collector();
    const http = client();
    for (let round = 0; round < 3; round += 1) await http.post(new URL(splunk.url), {}, body);
    expect(new Set(splunk.batches.map(({ remotePort }) => remotePort)).size).toBe(1);
  });

  it("fails where the certificate is nobody's, and goes through where that does not matter or its authority is given", async () => {
    const splunk = await collector(pair);
    const url = new URL(splunk.url);
    await expect(client().post(url, {}, body)).rejects.toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    expect((await client({ verify: false }).post(url, {}, body)).status).toBe(200);
    expect((await client({ verify: true, ca: pair.file }).post(url, {}, body)).status).toBe(200);
    await expect(client({ verify: true, ca: join(folder, "none") }).post(url, {}, body)).rejects.toThrow("none");
  });

  it("fails where the certificate is for another name", async () => {
    const other = makeKeyPair(folder, "other", "splunk.example");
    const splunk = await collector(other);
    const post = client({ verify: true, ca: other.file }).post(new URL(splunk.url), {}, body);
    await expect(post).rejects.toMatchObject({ code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  });

  it("fails after half a minute without an answer", async () => {
    const splunk = await collector();
    splunk.reaction = { status: 200, instead: "stall" };
    const clock = new FakeClock();
    const post = client({ verify: true }, clock).post(new URL(splunk.url), {}, body);
    const ended = expect(post).rejects.toThrow("no answer within half a minute");
    await splunk.waitFor(() => splunk.batches.length === 1);
    clock.advance(30_000);
    await ended;
    expect(clock.pendingTimers).toBe(0);
  });

  it("fails where the other end hangs up, also in the middle of its answer", async () => {
    const hung = await server((socket) => socket.once("data", () => socket.resetAndDestroy()));
    await expect(client().post(hung, {}, body)).rejects.toMatchObject({ code: "ECONNRESET" });
    const half = await server((socket) =>
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")),
    );
    await expect(client().post(half, {}, body)).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  it("reads no more of an endless answer than it needs", async () => {
    const url = await server((socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        const more = (): void => {
          while (!socket.destroyed && socket.write(`4000\r\n${"x".repeat(0x4000)}\r\n`));
        };
        socket.on("drain", more);
        more();
      });
    });
    expect((await client().post(url, {}, body)).body).toHaveLength(64 * 1024);
  });

  it("is given up when the client is closed, and none is made afterwards", async () => {
    const splunk = await collector();
    splunk.reaction = { status: 200, instead: "stall" };
    const http = client();
    const post = http.post(new URL(splunk.url), {}, body);
    const ended = expect(post).rejects.toThrow("given up");
    await splunk.waitFor(() => splunk.batches.length === 1);
    http.close();
    await ended;
    await expect(http.post(new URL(splunk.url), {}, body)).rejects.toThrow("no request is made any more");
  });
});
