import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "../runtime/log.js";
import { pathOf, renderJson, renderRefusal, send } from "./answer.js";
import type { WebApplication } from "./application.js";
import type { Connections } from "./connections.js";
import { createHostCheck } from "./host-check.js";
import { createPeerCheck, isHealthCheck } from "./peer-check.js";
import type { Refusal } from "./request-error.js";
import { commonHeaders } from "./security-headers.js";
import type { PageSources } from "./sources.js";
import { createWriteCheck } from "./write-check.js";

export interface FrontOptions {
  readonly hosts: readonly string[];
  readonly ingress: { readonly supervisor: string } | undefined;
}

export interface FrontPorts {
  readonly log: Logger;
  readonly sources: Pick<PageSources, "health">;
  readonly connections: Connections;
  /** Loads what answers everything but the health check; asked again after a failure. */
  load(): Promise<WebApplication>;
}

const internal: Refusal = { code: "INTERNAL", message: "Internal fault; the log says more" };

/** Where each request arrives: checks who may ask, and loads the application at the first one that is let in. */
export class Front {
  readonly #ports: FrontPorts;
  readonly #checks: readonly ((request: IncomingMessage, path: string) => Refusal | undefined)[];
  #loading: Promise<WebApplication> | undefined;
  #application: WebApplication | undefined;

  constructor({ hosts, ingress }: FrontOptions, ports: FrontPorts) {
    this.#ports = ports;
    const peerCheck = createPeerCheck(ingress);
    const hostCheck = createHostCheck(hosts);
    const writeCheck = createWriteCheck({ ingress: ingress !== undefined });
    this.#checks = [
      ({ socket, method = "" }, path) => peerCheck({ address: socket.remoteAddress, method, path }),
      // The Supervisor calls by a name of its own, and has checked the caller's.
      ({ headers }) => (ingress === undefined ? hostCheck(headers.host) : undefined),
      ({ method = "", headers }) => writeCheck({ method, headers }),
      (_, path) => (path.startsWith("/") ? undefined : { code: "BAD_REQUEST", message: "Expected a path" }),
    ];
  }

  serve(request: IncomingMessage, response: ServerResponse): void {
    const path = pathOf(request.url ?? "");
    for (const [name, value] of Object.entries(commonHeaders)) response.setHeader(name, value);
    this.#ports.connections.begin(request.socket, response, () => this.#serve(request, response, path));
  }

  #serve(request: IncomingMessage, response: ServerResponse, path: string): void {
    const refusal = this.#refusalOf(request, path);
    if (refusal !== undefined) this.#refuse(request, response, refusal);
    else if (this.#application !== undefined) this.#application.serve(request, response);
    else if (isHealthCheck(request.method ?? "", path)) this.#answerHealth(request, response);
    else void this.#serveLater(request, response);
  }

  /** What is still being loaded is not waited for. */
  async stop(): Promise<void> {
    const loading = this.#loading?.then(
      (application) => application.stop(),
      () => undefined,
    );
    if (this.#application !== undefined) await loading;
  }

  #refusalOf(request: IncomingMessage, path: string): Refusal | undefined {
    for (const check of this.#checks) {
      const refusal = check(request, path);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  /** What is left of the request is not waited for. */
  #refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
    const { method, socket, headers } = request;
    const facts = { code: refusal.code, address: socket.remoteAddress, method, host: headers.host };
    this.#ports.log.debug(facts, "request refused");
    response.setHeader("connection", "close");
    send(response, renderRefusal(pathOf(request.url ?? ""), refusal));
  }

  /** Without the application, since a container asks for it all the time and most have nobody looking at the page. */
  #answerHealth(request: IncomingMessage, response: ServerResponse): void {
    try {
      const health = this.#ports.sources.health();
      send(response, renderJson(health.status === "ok" ? 200 : 503, health));
    } catch (error) {
      this.#ports.log.error({ err: error }, "health is not known");
      this.#refuse(request, response, internal);
    }
  }

  async #serveLater(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const application = await this.#load();
      if (!response.destroyed) application.serve(request, response);
    } catch (error) {
      this.#ports.log.error({ err: error }, "page cannot be loaded");
      this.#refuse(request, response, internal);
    }
  }

  async #load(): Promise<WebApplication> {
    this.#loading ??= this.#ports.load();
    try {
      this.#application = await this.#loading;
      return this.#application;
    } catch (error) {
      this.#loading = undefined;
      throw error;
    }
  }
}
