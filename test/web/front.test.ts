import { createServer } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import type { WebApplication } from "../../src/web/application.js";
import { Connections } from "../../src/web/connections.js";
import { Front, type FrontOptions } from "../../src/web/front.js";
import { usualLimits } from "../../src/web/limits.js";
import { FakePageSources } from "../support/fake-page-sources.js";
import { recordLog } from "../support/log-recorder.js";
import { ask, askRaw } from "./web-setup.js";

const open: FrontOptions = { hosts: [], ingress: undefined };

async function setUpFront(options: FrontOptions = open) {
  const recorder = recordLog();
  const sources = new FakePageSources();
  const connections = new Connections(usualLimits, recorder.log);
  const application = {
    stops: 0,
    serve: (_: unknown, response: { end(text: string): void }) => response.end("the application"),
    stop: async () => {
      application.stops += 1;
    },
  };
  const loads: { resolve(application: WebApplication): void; reject(error: Error): void }[] = [];
  const load = () => new Promise<WebApplication>((resolve, reject) => loads.push({ resolve, reject }));
  const front = new Front(options, { log: recorder.log, sources, connections, load });
  const server = createServer((request, response) => front.serve(request, response));
  server.on("connection", (socket) => connections.admit(socket));
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { ...recorder, front, sources, application, loads, port };
}

describe("front of the web server", () => {
  it("answers the health check without loading anything", async () => {
    const { port, loads, sources } = await setUpFront();
    expect(await ask(port, "/health?now")).toMatchObject({ status: 200, json: { status: "ok", reasons: [] } });
    sources.views.health = { status: "failing", reasons: ["the broker is away"] };
    expect(await ask(port, "/health")).toMatchObject({ status: 503, json: sources.views.health });
    expect(loads).toEqual([]);
  });

  it("says that health is not known where that cannot be told", async () => {
    const { port, sources, of } = await setUpFront();
    sources.health = () => {
      throw new Error("broken");
    };
    expect(await ask(port, "/health")).toMatchObject({ status: 500, json: { error: "INTERNAL" } });
    expect(of("health is not known", "error")).toHaveLength(1);
  });

  it("loads once for all who come first, and hands everybody on from then", async () => {
    const { port, loads, application } = await setUpFront();
    const first = [ask(port, "/"), ask(port, "/api/overview")];
    await expect.poll(() => loads.length).toBe(1);
    loads[0]?.resolve(application);
    expect((await Promise.all(first)).map(({ text }) => text)).toEqual(["the application", "the application"]);
    expect((await ask(port, "/health")).text).toBe("the application");
    expect(loads).toHaveLength(1);
  });

  it("tries again after it could not be loaded", async () => {
    const { port, loads, application, of } = await setUpFront();
    const first = ask(port, "/");
    await expect.poll(() => loads.length).toBe(1);
    loads[0]?.reject(new Error("no such module"));
    expect(await first).toMatchObject({ status: 500, text: "Internal fault; the log says more\n" });
    expect(of("page cannot be loaded", "error")).toHaveLength(1);
    const second = ask(port, "/");
    await expect.poll(() => loads.length).toBe(2);
    loads[1]?.resolve(application);
    expect((await second).text).toBe("the application");
  });

  it("loads nothing for whoever is refused", async () => {
    const { port, loads } = await setUpFront();
    const foreign = await ask(port, "/", { headers: { host: "evil.example" } });
    expect(foreign).toMatchObject({ status: 421, text: expect.stringContaining("web.hosts") });
    expect(foreign.headers).toMatchObject({ connection: "close", "x-content-type-options": "nosniff" });
    expect(await ask(port, "/api/captures", { method: "POST" })).toMatchObject({ status: 403 });
    expect(await ask(port, "/", { method: "OPTIONS" })).toMatchObject({ status: 405 });
    expect(await askRaw(port, "GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n")).toMatch(
      /^HTTP\/1.1 400 /,
    );
    expect(loads).toEqual([]);
  });

  it("serves a name that it was told of", async () => {
    const { port } = await setUpFront({ ...open, hosts: ["energy.example"] });
    expect(await ask(port, "/health", { headers: { host: "energy.example:443" } })).toMatchObject({ status: 200 });
  });

  it("serves the Supervisor alone under ingress, by whatever name it calls", async () => {
    const { port, loads } = await setUpFront({ hosts: [], ingress: { supervisor: "127.0.0.2" } });
    const host = { host: "whatever.example" };
    expect(await ask(port, "/health", { from: "127.0.0.2", headers: host })).toMatchObject({ status: 200 });
    expect(await ask(port, "/health", { from: "127.0.0.3" })).toMatchObject({ status: 200 });
    for (const path of ["/", "/metrics", "/api/overview", "/health/x"]) {
      expect(await ask(port, path, { from: "127.0.0.3" })).toMatchObject({ status: 403 });
    }
    expect(loads).toEqual([]);
  });

  it("stops what it has loaded, and waits for nothing that is still being loaded", async () => {
    const { front, port, loads, application } = await setUpFront();
    const asked = ask(port, "/");
    await expect.poll(() => loads.length).toBe(1);
    await front.stop();
    loads[0]?.resolve(application);
    await asked;
    await expect.poll(() => application.stops).toBe(1);
    await front.stop();
    expect(application.stops).toBe(2);
  });
});
