import { get } from "node:http";
import { createServer } from "node:net";
import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { systemClock } from "../../src/runtime/clock.js";
import { createWebServer } from "../../src/web/server.js";
import { exampleLive } from "../support/example-views.js";
import { FakeClock } from "../support/fake-clock.js";
import { FakePageSources } from "../support/fake-page-sources.js";
import { recordLog } from "../support/log-recorder.js";
import { ask, askRaw, buildAssets, openSocket, setUpWeb, write } from "./web-setup.js";

const loaded = vi.hoisted(() => ({ fastify: 0 }));
vi.mock("fastify", (original) => {
  loaded.fastify += 1;
  return original();
});

/** Somebody else's server on a free port. */
async function takePort(): Promise<{ readonly port: number; free(): Promise<void> }> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  const free = () => new Promise<void>((resolve) => server.close(() => resolve()));
  onTestFinished(free);
  return { port, free };
}

describe("web server", () => {
  it("loads the large part at the first request that needs it", async () => {
    expect(loaded.fastify).toBe(0);
    const { port } = await setUpWeb();
    expect(await ask(port, "/health")).toMatchObject({ status: 200 });
    expect(await ask(port, "/", { headers: { host: "evil.example" } })).toMatchObject({ status: 421 });
    expect(loaded.fastify).toBe(0);
    const replies = await Promise.all(["/", "/api/overview", "/metrics"].map((path) => ask(port, path)));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(loaded.fastify).toBe(1);
  });

  it("says once that its port is taken, goes on, and listens when it is free", async () => {
    const { port, free } = await takePort();
    const clock = new FakeClock();
    const { server, of } = await setUpWeb({ listen: { host: "127.0.0.1", port } }, clock);
    expect(server.address()).toBeUndefined();
    clock.advance(30_000);
    await expect.poll(() => clock.pendingTimers).toBe(1);
    expect(of("web server does not listen", "error")).toMatchObject([{ code: "LISTEN_FAILED" }]);
    await free();
    clock.advance(30_000);
    await expect.poll(() => server.address()).toEqual({ host: "127.0.0.1", port });
    expect(await ask(port, "/health")).toMatchObject({ status: 200 });
    expect(of("page is served")).toHaveLength(1);
  });

  it("tries no more after a stop", async () => {
    const { port } = await takePort();
    const clock = new FakeClock();
    const { server } = await setUpWeb({ listen: { host: "127.0.0.1", port } }, clock);
    await server.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it("stops with readers of live events, idle connections and questions under way", async () => {
    const { server, port, sources } = await setUpWeb();
    const idle = await openSocket(port);
    const hasEnded = new Promise((resolve) => idle.resume().once("close", resolve));
    const live = await new Promise<string>((resolve) => {
      get({ host: "127.0.0.1", port, path: "/api/live", agent: false }, (response) => {
        response.once("data", (chunk: Buffer) => resolve(chunk.toString()));
        response.once("end", () => undefined);
      });
    });
    expect(live).toContain("hello");
    const asked = new Promise<void>((resolve) => {
      sources.overview = () => {
        resolve();
        return new Promise(() => undefined);
      };
    });
    const question = ask(port, "/api/overview").catch((error: Error) => error.message);
    await asked;
    await server.stop();
    await hasEnded;
    expect(await question).toMatch(/hang up|ECONNRESET/);
    expect(sources.watchers.size).toBe(0);
    expect(server.address()).toBeUndefined();
  });

  it("stops at once where it never listened", async () => {
    const options = { listen: { host: "127.0.0.1", port: 0 }, hosts: [], ingress: undefined, assets: buildAssets() };
    const ports = { log: recordLog().log, clock: systemClock };
    await createWebServer(options, new FakePageSources(), ports).stop();
  });

  it("serves names of this house and those that it was told of", async () => {
    const { port } = await setUpWeb({ hosts: ["energy.example"] });
    const called = (host: string) => ask(port, "/api/overview", { headers: { host } });
    expect(await called("pi.local:8099")).toMatchObject({ status: 200 });
    expect(await called("energy.example")).toMatchObject({ status: 200 });
    expect(await called("evil.example")).toMatchObject({ status: 421, json: { error: "HOST_REFUSED" } });
    expect(await askRaw(port, "GET /health HTTP/1.1\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
    expect(await askRaw(port, "GET /health HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 421 /);
  });

  it("answers what one connection asks at once, in order", async () => {
    const { port } = await setUpWeb();
    const request = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
    const paths = request("/api/setup") + request("/health") + request("/other", "Connection: close\r\n");
    const text = await askRaw(port, paths);
    expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(["200", "200", "404"]);
    expect(text.indexOf('"addresses"')).toBeLessThan(text.indexOf('"reasons"'));
  });

  it("writes nothing that another origin asks for", async () => {
    const { port, sources } = await setUpWeb();
    const path = "/api/captures";
    const body = '{"target":"deye"}';
    const json = { "content-type": "application/json" };
    const own = { ...json, "x-cloudtap": "page" };
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const attempts = [
      { headers: form, body: "target=deye" },
      { headers: { ...form, "x-cloudtap": "page" }, body: "target=deye" },
      { headers: { "content-type": "text/plain" }, body },
      { headers: json, body },
      { headers: { ...own, origin: "https://evil.example" }, body },
      { headers: { ...own, origin: "null" }, body },
      { headers: { ...own, "sec-fetch-site": "cross-site" }, body },
    ];
    for (const attempt of attempts) {
      const { status } = await ask(port, path, { method: "POST", ...attempt });
      expect([403, 415]).toContain(status);
    }
    const asked = { origin: "https://evil.example", "access-control-request-method": "POST" };
    const preflight = await ask(port, path, { method: "OPTIONS", headers: asked });
    expect(preflight.status).toBe(405);
    expect(Object.keys(preflight.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    expect(sources.asked).toEqual([]);
    const { status } = await ask(port, path, {
      ...{ method: "POST", body },
      headers: { ...own, origin: `http://127.0.0.1:${port}`, "sec-fetch-site": "same-origin" },
    });
    expect([status, sources.asked]).toEqual([200, ["capture deye 600"]]);
  });

  it("serves the Supervisor alone under ingress, and this host its health", async () => {
    const { port, sources } = await setUpWeb({ ingress: { supervisor: "127.0.0.2" } });
    const supervisor = { from: "127.0.0.2", headers: { host: "cloudtap.example", "x-cloudtap": "page" } };
    expect(await ask(port, "/api/overview", supervisor)).toMatchObject({ status: 200 });
    expect(await ask(port, "/api/captures/c1", { ...supervisor, method: "DELETE" })).toMatchObject({ status: 200 });
    for (const path of ["/", "/metrics", "/api/overview", "/api/live", "/assets/web/page/main.js"]) {
      expect(await ask(port, path)).toMatchObject({ status: 403 });
    }
    expect(await write(port, "DELETE", "/api/captures/c1")).toMatchObject({ status: 403 });
    expect(await ask(port, "/health")).toMatchObject({ status: 200 });
    expect(sources.watchers.size).toBe(0);
  });
});

describe("web server under attack", () => {
  it("answers a newcomer while thousands of connections are held open, and holds few of them itself", async () => {
    const { port, of } = await setUpWeb({ limits: { connections: 64 } });
    await ask(port, "/api/overview");
    for (let count = 0; count < 2_000; count += 1) {
      const socket = await openSocket(port);
      // Some say nothing, some begin a request, some take no answer.
      if (count % 3 === 1) socket.write("GET /api/overview HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
      if (count % 3 === 2) socket.pause().write("GET /api/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
      if (count % 400 === 399) expect(await ask(port, "/health")).toMatchObject({ status: 200 });
    }
    expect(await ask(port, "/api/overview")).toMatchObject({ status: 200 });
    expect(of("connection ended for another one").length).toBeGreaterThan(1_800);
  });

  it("bounds what slow readers of large answers cost", async () => {
    const limits = { connections: 64, unsentBytes: 4 * 1024 * 1024 };
    const { port, sources, of } = await setUpWeb({ limits });
    const frame = { ...exampleLive.frame, hex: "ab".repeat(8 * 1024) };
    const frames = Array.from({ length: 256 }, (_, index) => ({ ...frame, number: index + 1 }));
    sources.views.frames = { ...sources.views.frames, frames };
    for (let count = 0; count < 40; count += 1) {
      const socket = await openSocket(port);
      socket.pause().write("GET /api/sessions/s1/frames HTTP/1.1\r\nHost: localhost\r\n\r\n");
      expect(await ask(port, "/health")).toMatchObject({ status: 200 });
    }
    expect(of("slow reader dropped").length).toBeGreaterThan(10);
    expect((await ask(port, "/api/sessions/s1/frames")).json).toEqual(sources.views.frames);
  });

  it("tells without waiting while a reader of live events takes nothing", async () => {
    const { port, sources, of } = await setUpWeb();
    const deaf = await openSocket(port);
    deaf.pause().write("GET /api/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await expect.poll(() => sources.watchers.size).toBe(1);
    const frame = { ...exampleLive.frame, hex: "ab".repeat(8 * 1024) };
    let told = 0;
    while (of("slow reader dropped").length === 0 && told < 5_000) {
      sources.tell("frame", frame);
      told += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await expect.poll(() => sources.watchers.size).toBe(0);
    expect(await ask(port, "/health")).toMatchObject({ status: 200 });
  });

  it("ends who takes nothing of an answer, and nobody who waits for one", async () => {
    const { port, sources, of } = await setUpWeb({ limits: { stalledMs: 50 } });
    const { overview } = sources.views;
    const waiting: (() => void)[] = [];
    sources.overview = () => new Promise((resolve) => waiting.push(() => resolve(overview)));
    const patient = ask(port, "/api/overview");
    await expect.poll(() => waiting.length).toBe(1);
    sources.capture = Buffer.alloc(32 * 1024 * 1024);
    const deaf = await openSocket(port);
    deaf.pause().write("GET /api/sessions/s1/frames.pcapng HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await expect.poll(() => of("connection stalled").length).toBe(1);
    waiting[0]?.();
    expect((await patient).json).toEqual(overview);
  });

  it("ends requests that do not come to an end", async () => {
    const { port } = await setUpWeb({ limits: { headersMs: 50, requestMs: 100 } });
    const [headers, body] = await Promise.all([
      askRaw(port, "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow:"),
      askRaw(
        port,
        "POST /api/captures HTTP/1.1\r\nHost: localhost\r\nX-Cloudtap: page\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{",
      ),
    ]);
    expect(headers).toMatch(/^HTTP\/1\.1 408 |^$/);
    expect(body).toMatch(/^HTTP\/1\.1 4\d\d |^$/);
    expect(await askRaw(port, "")).toMatch(/^HTTP\/1\.1 408 |^$/);
  });

  it("answers garbage with an error or an end, and serves the next one", async () => {
    const { port } = await setUpWeb({ limits: { headersMs: 100, requestMs: 200, idleMs: 50 } });
    const token = fc.constantFrom(
      ...[
        "GET ",
        "POST ",
        "CONNECT ",
        "/",
        "/api/live",
        "/api/captures",
        "*",
        " HTTP/1.1\r\n",
        " HTTP/9.9\r\n",
        "\r\n",
      ],
      ...[
        "Host: localhost\r\n",
        "Host: \r\n",
        "X-Cloudtap: page\r\n",
        "Content-Length: 5\r\n",
        "Content-Length: -1\r\n",
      ],
      ...[
        "Transfer-Encoding: chunked\r\n",
        "Expect: 100-continue\r\n",
        "Upgrade: websocket\r\nConnection: upgrade\r\n",
      ],
      ...["0\r\n\r\n", "fffffffff\r\n", '{"target":"x"}', "\0", "\n", "%", `X: ${"a".repeat(20_000)}\r\n`],
    );
    const garbage = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(token, { maxLength: 12 }).map((tokens) => Buffer.from(tokens.join(""), "latin1")),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(garbage, { minLength: 8, maxLength: 8 }), async (pieces) => {
        const replies = await Promise.all(pieces.map((piece) => askEnded(port, piece)));
        for (const reply of replies) expect(reply).toMatch(/^$|^HTTP\/1\.1 [1-5]\d\d /);
      }),
      { numRuns: 40 },
    );
    expect(await ask(port, "/health")).toMatchObject({ status: 200 });
  });
});

/** Says so that nothing more will come; so a request that is whole by chance ends as well. */
function askEnded(port: number, bytes: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    openSocket(port).then(
      (socket) => {
        let text = "";
        socket.removeAllListeners("error");
        socket.on("error", () => undefined);
        socket.on("data", (chunk: Buffer) => {
          text += chunk.toString("latin1");
          // Live events have no end of their own.
          if (text.includes("event: hello")) socket.destroy();
        });
        socket.on("close", () => resolve(text));
        socket.end(bytes);
      },
      () => resolve(""),
    );
  });
}
