import { createServer, type Server } from "node:http";
import { formatAddressAndPort } from "../runtime/addresses.js";
import type { Clock } from "../runtime/clock.js";
import { describeError } from "../runtime/errors.js";
import type { Part } from "../runtime/lifecycle.js";
import type { Logger } from "../runtime/log.js";
import type { WebApplication } from "./application.js";
import { Connections } from "./connections.js";
import { Front } from "./front.js";
import { usualLimits, type WebLimits } from "./limits.js";
import type { PageSources } from "./sources.js";

// This folder serves the page, its API, metrics and the health check over HTTP. What it shows comes in by `PageSources`; it
// knows no other part of the program. Whoever calls is held within limits, so that relaying never waits for a reader.

export interface WebOptions {
  /** `host` undefined: all addresses. `port` 0: any free one. */
  readonly listen: { readonly host: string | undefined; readonly port: number };
  /** Names under which it may be called, besides those that are always allowed. */
  readonly hosts: readonly string[];
  /** Present: only Home Assistant's Supervisor is served, from this address. */
  readonly ingress: { readonly supervisor: string } | undefined;
  /** Absolute path of the folder of the built page. */
  readonly assets: string;
  /** Those that are not the usual ones. */
  readonly limits?: Partial<WebLimits>;
}

export interface WebPorts {
  readonly log: Logger;
  readonly clock: Clock;
}

export interface WebServer extends Part {
  /** Where it listens; undefined: it does not. */
  address(): { readonly host: string; readonly port: number } | undefined;
}

/**
 * A port that is taken is logged, and tried again from time to time; `start` resolves all the same. Most of the code is
 * loaded only when somebody asks for more than the health.
 */
export function createWebServer(options: WebOptions, sources: PageSources, ports: WebPorts): WebServer {
  return new HttpServer(options, sources, ports);
}

const listenAgainMs = 30_000;
const headerBytes = 16 * 1024;

class HttpServer implements WebServer {
  readonly name = "web server";
  readonly #options: WebOptions;
  readonly #ports: WebPorts;
  readonly #limits: WebLimits;
  readonly #connections: Connections;
  readonly #front: Front;
  readonly #server: Server;
  #isWanted = false;
  #error: string | undefined;
  #cancelAgain: () => void = () => undefined;

  constructor(options: WebOptions, sources: PageSources, ports: WebPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#limits = { ...usualLimits, ...options.limits };
    this.#connections = new Connections(this.#limits, ports.log);
    const load = async (): Promise<WebApplication> => {
      const { createWebApplication } = await import("./application.js");
      const ingress = options.ingress !== undefined;
      return createWebApplication({ assets: options.assets, ingress, limits: this.#limits }, sources, ports);
    };
    this.#front = new Front(options, { log: ports.log, sources, connections: this.#connections, load });
    this.#server = this.#createServer();
  }

  async start(): Promise<void> {
    this.#isWanted = true;
    await this.#listen();
  }

  async stop(): Promise<void> {
    this.#isWanted = false;
    this.#cancelAgain();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#connections.stop();
    const cancel = this.#ports.clock.after(this.#limits.stopMs, () => this.#server.closeAllConnections());
    await Promise.all([closed, this.#front.stop()]);
    cancel();
  }

  address(): { readonly host: string; readonly port: number } | undefined {
    const address = this.#server.address();
    return address === null || typeof address === "string" ? undefined : { host: address.address, port: address.port };
  }

  #createServer(): Server {
    const { headersMs, requestMs, idleMs, stalledMs, connections } = this.#limits;
    const server = createServer({
      ...{ headersTimeout: headersMs, requestTimeout: requestMs, keepAliveTimeout: idleMs },
      ...{ connectionsCheckingInterval: Math.min(headersMs, 5_000), maxHeaderSize: headerBytes },
    });
    const serve = this.#front.serve.bind(this.#front);
    server.on("request", serve).on("checkExpectation", serve);
    server.on("connection", (socket) => this.#connections.admit(socket));
    server.on("error", (error) => this.#ports.log.debug({ err: error }, "fault of the web server's socket"));
    // Those that are being ended count for a moment longer.
    server.maxConnections = 2 * connections;
    server.setTimeout(stalledMs, (socket) => this.#connections.endStalled(socket));
    return server;
  }

  async #listen(): Promise<void> {
    const { log, clock } = this.#ports;
    const { listen } = this.#options;
    try {
      await listening(this.#server, listen);
    } catch (error) {
      const reason = describeError(error);
      if (reason !== this.#error) log.error({ code: "LISTEN_FAILED", reason }, "web server does not listen");
      this.#error = reason;
      if (this.#isWanted) this.#cancelAgain = clock.after(listenAgainMs, () => void this.#listen());
      return;
    }
    // It may have been stopped meanwhile.
    if (!this.#isWanted) {
      this.#server.close();
      return;
    }
    this.#error = undefined;
    const { host = "", port = 0 } = this.address() ?? {};
    log.info({ url: `http://${formatAddressAndPort(host, port)}/` }, "page is served");
  }
}

/** Rejects where the port is taken or the address is not this host's. */
function listening(server: Server, { host, port }: WebOptions["listen"]): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
