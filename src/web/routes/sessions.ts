import type { FastifyInstance } from "fastify";
import { attach, pcapng } from "../download.js";
import { found } from "../request-error.js";
import { sessionSchemas } from "../schemas/sessions.js";
import type { PageSources } from "../sources.js";
import { describeRoute, textAnswer, viewAnswer } from "./route-schema.js";

interface SessionParams {
  readonly id: string;
}

const tag = "sessions";
const missing = "There is no session of that id any more";
const params = { id: { type: "string", minLength: 1, maxLength: 64, description: "Id of a session" } };

const schemas = {
  sessions: describeRoute({
    ...{ id: "sessions", tag, summary: "The sessions, open and closed" },
    answer: viewAnswer(sessionSchemas.sessions, "The sessions"),
  }),
  last: describeRoute({
    ...{ id: "lastSession", tag, summary: "The frames of the session that was opened last" },
    ...{ answer: viewAnswer(sessionSchemas.frames, "Its frames that are still kept"), faults: ["NOT_FOUND"] },
  }),
  frames: describeRoute({
    ...{ id: "frames", tag, params, summary: "The frames of a session" },
    ...{ answer: viewAnswer(sessionSchemas.frames, "Those that are still kept"), faults: ["NOT_FOUND"] },
  }),
  capture: describeRoute({
    ...{ id: "framesAsCapture", tag, params, summary: "The frames of a session, for Wireshark" },
    ...{ answer: textAnswer(pcapng, "A pcapng file"), faults: ["NOT_FOUND"] },
  }),
};

export function registerSessionRoutes(app: FastifyInstance, sources: PageSources): void {
  app.get("/api/sessions", { schema: schemas.sessions }, () => sources.sessions());
  app.get("/api/sessions/last", { schema: schemas.last }, async () =>
    found(await sources.lastSession(), "no last session"),
  );
  app.get<{ Params: SessionParams }>(
    "/api/sessions/:id/frames",
    { schema: schemas.frames },
    async ({ params: { id } }) => found(await sources.frames(id), missing),
  );
  app.get<{ Params: SessionParams }>(
    "/api/sessions/:id/frames.pcapng",
    { schema: schemas.capture },
    async ({ params: { id } }, reply) => {
      const bytes = found(await sources.framesAsCapture(id), missing);
      attach(reply, `session-${id}.pcapng`, bytes.length);
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    },
  );
}
