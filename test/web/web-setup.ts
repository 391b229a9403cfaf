import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { type Clock, systemClock } from "../../src/runtime/clock.js";
import { createWebServer, type WebOptions, type WebServer } from "../../src/web/server.js";
import { FakePageSources } from "../support/fake-page-sources.js";
import { type LogRecorder, recordLog } from "../support/log-recorder.js";

export const importMap = '{"imports":{"uplot":"./assets/vendor/uPlot.esm.js"}}';

const pageFiles: Readonly<Record<string, string>> = {
  "web/page/index.html": `<!doctype html><html lang="en"><head><title>Cloudtap</title><script type="importmap">${importMap}</script><script type="module" src="assets/web/page/main.js"></script></head><body></body></html>`,
  "web/page/main.js": "export const page = 1;\n",
  "texts/en.js": "export const en = {};\n",
  "vendor/uPlot.min.css": ".u { color: red }\n",
  ".hidden": "secret\n",
  "web/.env": "secret\n",
};

/** A folder as the build makes it, beside a file that nobody may have. */
export function buildAssets(): string {
  const folder = mkdtempSync(join(tmpdir(), "cloudtap-web-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const assets = join(folder, "page");
  for (const [name, text] of Object.entries(pageFiles)) {
    mkdirSync(dirname(join(assets, name)), { recursive: true });
    writeFileSync(join(assets, name), text);
  }
  writeFileSync(join(folder, "secret.txt"), "secret\n");
  return assets;
}

export interface WebSetUp extends LogRecorder {
  readonly server: WebServer;
  readonly sources: FakePageSources;
  readonly port: number;
}

/** A server on a free port of this host, stopped when the test is over. */
export async function setUpWeb(options: Partial<WebOptions> = {}, clock: Clock = systemClock): Promise<WebSetUp> {
  const recorder = recordLog();
  const sources = new FakePageSources();
  const server = createWebServer(
    {
      ...{ listen: { host: "127.0.0.1", port: 0 }, hosts: [], ingress: undefined, assets: buildAssets() },
      ...options,
    },
    sources,
    { log: recorder.log, clock },
  );
  await server.start();
  onTestFinished(() => server.stop());
  const port = server.address()?.port ?? 0;
  return { ...recorder, server, sources, port };
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: unknown;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The address that is called from. */
  readonly from?: string;
}

/** One request over a connection of its own. */
export function ask(
  port: number,
  path: string,
  { method = "GET", headers = {}, body, from }: Asked = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, path, method, headers, agent: false };
    const asking = request(from === undefined ? options : { ...options, localAddress: from }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        const isJson = response.headers["content-type"]?.startsWith("application/json") ?? false;
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, text, json: isJson && text !== "" ? JSON.parse(text) : undefined });
      });
    });
    asking.on("error", reject);
    asking.end(body);
  });
}

/** A write as the page sends it. */
export function write(port: number, method: "POST" | "DELETE", path: string, body?: unknown): Promise<Reply> {
  return ask(port, path, {
    method,
    headers: { "x-cloudtap": "page", ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** What comes back on a connection for these bytes, until the server ends it. */
export function askRaw(port: number, bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    let text = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      text += chunk;
    });
    // A reset is an end as well.
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(text));
  });
}

/** An open connection that ends with the test. */
export function openSocket(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket));
    onTestFinished(() => void socket.destroy());
    socket.on("error", reject);
  });
}
