import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import type { Clock } from "../runtime/clock.js";
import type { Logger } from "../runtime/log.js";
import { type Answer, pathOf, renderRefusal } from "./answer.js";
import { renderError } from "./failures.js";
import { createFaultLog } from "./fault-log.js";
import { onGone } from "./gone.js";
import { readIndexPage } from "./index-page.js";
import type { WebLimits } from "./limits.js";
import { Live } from "./live.js";
import { Places } from "./places.js";
import { RequestError } from "./request-error.js";
import { registerPageRoute } from "./routes/page.js";
import { livePath, registerRoutes } from "./routes/routes.js";
import type { PageSources } from "./sources.js";

/** What answers the requests that were let in. */
export interface WebApplication {
  serve(request: IncomingMessage, response: ServerResponse): void;
  /** Ends the streams of live events. */
  stop(): Promise<void>;
}

export interface ApplicationOptions {
  readonly assets: string;
  readonly ingress: boolean;
  readonly limits: WebLimits;
}

export interface ApplicationPorts {
  readonly log: Logger;
  readonly clock: Clock;
}

/** Loaded late: only where somebody looks. */
export async function createWebApplication(
  options: ApplicationOptions,
  sources: PageSources,
  ports: ApplicationPorts,
): Promise<WebApplication> {
  const { assets, ingress, limits } = options;
  const live = new Live(sources, { ...ports, limits, ingress });
  const app = createFastify(limits, createFaultLog(ports.log));
  limitUnderWay(app, limits);
  registerRoutes(app, { sources, live, downloads: new Places(limits.downloads) });
  registerPageRoute(app, { page: await readIndexPage(join(assets, "web", "page", "index.html")), ingress });
  await app.register(fastifyStatic, {
    ...{ root: assets, prefix: "/assets/", decorateReply: false, index: false, dotfiles: "ignore" },
    ...{ cacheControl: false, setHeaders: (response) => void response.header("cache-control", "no-cache") },
  });
  await app.ready();
  return {
    serve: (request, response) => app.routing(request, response),
    async stop() {
      live.stop();
      await app.close();
    },
  };
}

function createFastify(limits: WebLimits, fault: (route: string, error: unknown) => void): FastifyInstance {
  const app = fastify({
    ...{ logger: false, bodyLimit: limits.bodyBytes, routerOptions: { maxParamLength: 256 } },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, useDefaults: true, allowUnionTypes: true } },
    frameworkErrors: (error, request, reply) =>
      answer(
        reply,
        renderError(pathOf(request.url), error, () => undefined),
      ),
  });
  // What is answered is typed already; this is quicker than compiled schemas and needs none of their memory.
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  takeEmptyBodies(app);
  app.setErrorHandler((error, request, reply) => {
    const route = `${request.method} ${request.routeOptions.url ?? "?"}`;
    return answer(
      reply,
      renderError(pathOf(request.url), error, (cause) => fault(route, cause)),
    );
  });
  app.setNotFoundHandler((request, reply) =>
    answer(reply, renderRefusal(pathOf(request.url), { code: "NOT_FOUND", message: "There is nothing here" })),
  );
  return app;
}

/** A write without a body may say all the same that it would be JSON. */
function takeEmptyBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body === "") done(null, undefined);
    else void parse(request, String(body), done);
  });
}

/** Streams have limits of their own. */
function limitUnderWay(app: FastifyInstance, limits: WebLimits): void {
  const [questions, writes] = [new Places(limits.questions), new Places(limits.writes)];
  const leaving = new WeakMap<IncomingMessage, () => void>();
  app.addHook("onRequest", async (request, reply) => {
    if (request.routeOptions.url === livePath) return;
    const isRead = request.method === "GET" || request.method === "HEAD";
    const leave = (isRead ? questions : writes).take();
    if (leave === undefined) throw new RequestError("BUSY", "Too many requests are under way; try again in a moment");
    leaving.set(request.raw, leave);
    onGone(reply.raw, leave);
  });
  // The answer is made: a reader that is slow to take it is no work any more.
  app.addHook("onSend", async (request) => leaving.get(request.raw)?.());
}

function answer(reply: FastifyReply, { status, contentType, body }: Answer): FastifyReply {
  return reply.code(status).header("content-type", contentType).serializer(String).send(body);
}
