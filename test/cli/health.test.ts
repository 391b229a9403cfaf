import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type AdminCommand, createAdminServer } from "../../src/admin/server.js";
import { adminSocketPath } from "../../src/admin/socket-path.js";
import { silentLogger } from "../../src/runtime/log.js";
import { freePort } from "../support/mosquitto.js";
import { runCommand } from "./test-context.js";

interface Setup {
  /** What answers where the page should be; undefined: nobody. */
  readonly page?: RequestListener;
  /** What the local socket answers; undefined: nobody listens there. */
  readonly socket?: AdminCommand;
  readonly web?: object;
}

/** What the command says of a program of which these parts answer. */
async function ask({ page, socket, web }: Setup) {
  const folder = mkdtempSync(join(tmpdir(), "cloudtap-health-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  const config = join(folder, "cloudtap.yaml");
  writeFileSync(config, JSON.stringify({ data_dir: folder, web: web ?? { listen: `0.0.0.0:${port}` } }));
  if (page !== undefined) {
    const server = createServer(page);
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
  }
  if (socket !== undefined) {
    const server = createAdminServer(adminSocketPath(folder), new Map([["status", socket]]), silentLogger());
    await server.start();
    onTestFinished(() => server.stop());
  }
  const run = runCommand(["health", "--config", config]);
  const code = await run.exitCode;
  return { code, text: run.out().replaceAll(folder, "/data"), errors: run.err() };
}

function saying(status: number, body: object): RequestListener {
  return (request, response) => {
    response.writeHead(request.url === "/health" ? status : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
}

describe("cloudtap health", () => {
  it("is what the page says", async () => {
    const well = saying(200, { status: "ok", reasons: [] });
    expect(await ask({ page: well })).toEqual({ code: 0, text: "ok\n", errors: "" });
    const reasons = ["no relay listens", "the store fails: the disk is full"];
    const ill = saying(503, { status: "failing", reasons });
    expect(await ask({ page: ill })).toMatchObject({
      ...{ code: 1, text: "no relay listens\nthe store fails: the disk is full\n" },
    });
    expect(await ask({ page: saying(503, { status: "failing", reasons: [] }) })).toMatchObject({ code: 1 });
  });

  it("is what the local socket says where nothing is served over HTTP", async () => {
    const web = { enabled: false };
    expect(await ask({ web, socket: async () => ({ version: "1.2.3", failing: [] }) })).toMatchObject({ code: 0 });
    expect(await ask({ web, socket: async () => ({ failing: ["no relay listens"] }) })).toEqual({
      ...{ code: 1, text: "no relay listens\n", errors: "" },
    });
    expect(await ask({ web: { listen: "127.0.0.1:0" }, socket: async () => ({}) })).toMatchObject({ code: 0 });
  });

  it.each([
    ["nobody", undefined],
    ["another program", saying(200, { hello: "world" })],
    ["a program that speaks no JSON", (_request, response) => response.end("<html>")],
    ["one that hangs up", (request) => request.socket.destroy()],
    ["one without an end", (_request, response) => response.write("[".repeat(1024 * 1024))],
  ] satisfies [string, RequestListener | undefined][])(
    "is what the local socket says where %s answers in the place of the page",
    async (_who, page) => {
      const given = page === undefined ? {} : { page };
      expect(await ask({ ...given, socket: async () => ({}) })).toMatchObject({ code: 0, text: "ok\n" });
    },
  );

  it("is bad where no program answers", async () => {
    const { code, text } = await ask({});
    expect(code).toBe(1);
    expect(text).toBe("nobody listens on /data/cloudtap.sock; is Cloudtap running, with this data_dir?\n");
  });

  it("cannot be told without a configuration that can be read", async () => {
    const run = runCommand(["health", "--config", "/nonexistent/cloudtap.yaml"]);
    expect(await run.exitCode).toBe(2);
    expect(run.err()).toContain("CONFIG_UNREADABLE");
  });
});
