import type { FastifyInstance } from "fastify";
import { captureSuffix, growingSuffix } from "../../model/capture.js";
import type { CaptureRequest } from "../api-requests.js";
import { attach, pcapng, streamOf } from "../download.js";
import { onGone } from "../gone.js";
import type { Places } from "../places.js";
import { found, RequestError } from "../request-error.js";
import { captureSchemas } from "../schemas/captures.js";
import type { PageSources } from "../sources.js";
import { describeRoute, textAnswer, viewAnswer } from "./route-schema.js";

interface FileRoute {
  readonly Params: { readonly name: string };
  readonly Querystring: { readonly raw: boolean };
}

const tag = "captures";

const schemas = {
  list: describeRoute({
    ...{ id: "captures", tag, summary: "Captures that go on, and those that are kept" },
    answer: viewAnswer(captureSchemas.captures, "The captures"),
  }),
  start: describeRoute({
    ...{ id: "startCapture", tag, isWrite: true, summary: "Begins a capture that ends by itself" },
    ...{ body: captureSchemas.request, answer: viewAnswer(captureSchemas.running, "The capture that goes on") },
    faults: ["BAD_REQUEST", "CONFLICT", "MEDIA_TYPE"],
  }),
  stop: describeRoute({
    ...{ id: "stopCapture", tag, isWrite: true, summary: "Ends a capture that goes on; its file stays" },
    params: { id: { type: "string", minLength: 1, maxLength: 128, description: "Id of a running capture" } },
    ...{ answer: viewAnswer(captureSchemas.stopped, "How many ended"), faults: ["NOT_FOUND"] },
  }),
  file: describeRoute({
    ...{ id: "captureFile", tag, summary: "A capture, anonymized" },
    description: "Anonymized, serial numbers, addresses and the like are replaced so that it can be shared.",
    params: {
      name: {
        ...{ type: "string", minLength: 1, maxLength: 255, pattern: "^[\\w][\\w.-]*$" },
        description: "Name of a capture's file",
      },
    },
    query: {
      raw: { type: "boolean", default: false, description: "As it was captured; `capture.redact` may forbid it" },
    },
    ...{ answer: textAnswer(pcapng, "A pcapng file"), faults: ["NOT_FOUND", "CONFLICT", "BUSY"] },
  }),
};

export function registerCaptureRoutes(app: FastifyInstance, sources: PageSources, downloads: Places): void {
  app.get("/api/captures", { schema: schemas.list }, () => sources.captures());
  app.post<{ Body: CaptureRequest & { readonly seconds: number } }>(
    "/api/captures",
    { schema: schemas.start },
    ({ body: { target, seconds } }) => sources.startCapture(target, seconds),
  );
  app.delete<{ Params: { readonly id: string } }>(
    "/api/captures/:id",
    { schema: schemas.stop },
    async ({ params: { id } }) => {
      const stopped = await sources.stopCapture(id);
      return { stopped: found(stopped === 0 ? undefined : stopped, "There is no running capture of that id") };
    },
  );
  registerFiles(app, sources, downloads);
}

function registerFiles(app: FastifyInstance, sources: PageSources, downloads: Places): void {
  app.get<FileRoute>(
    "/api/captures/files/:name",
    { schema: schemas.file, exposeHeadRoute: false },
    async ({ params: { name }, query: { raw } }, reply) => {
      const leave = downloads.take();
      if (leave === undefined) throw new RequestError("BUSY", "Too many downloads are under way; try again later");
      onGone(reply.raw, leave);
      const download = found(await sources.captureFile(name, !raw), "There is no capture of that name");
      const stream = await streamOf(download.stream);
      onGone(reply.raw, () => void stream.destroy());
      attach(reply, savedAs(name, raw), download.bytes);
      return stream;
    },
  );
}

/** What is handed out of a file that is being written is whole. */
function savedAs(name: string, raw: boolean): string {
  const finished = name.endsWith(growingSuffix) ? name.slice(0, -growingSuffix.length) : name;
  if (raw) return finished;
  const stem = finished.endsWith(captureSuffix) ? finished.slice(0, -captureSuffix.length) : finished;
  return `${stem}-anonymized${captureSuffix}`;
}
