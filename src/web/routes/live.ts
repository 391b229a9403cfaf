import type { FastifyInstance } from "fastify";
import type { Live } from "../live.js";
import { RequestError } from "../request-error.js";
import { describeRoute, textAnswer } from "./route-schema.js";

export const livePath = "/api/live";

interface LiveQuery {
  readonly session?: string;
  readonly sessions: boolean;
}

const schema = describeRoute({
  ...{ id: "live", tag: "live", summary: "What happens from now on, as server-sent events" },
  description:
    "The first event is `hello`. The data of each event is JSON: the schemas `LiveHello`, `LiveState`, `LiveDevice`, `LiveEvent`, `SessionView` and `FrameView`; `captures` and `overview` are empty and say that it is time to ask again. A reader that does not keep up is disconnected.",
  query: {
    session: { type: "string", minLength: 1, maxLength: 64, description: "A session whose frames are told" },
    sessions: { type: "boolean", default: false, description: "Whether sessions are told as they change" },
  },
  answer: textAnswer("text/event-stream", "Events, without end"),
  faults: ["BUSY"],
});

export function registerLiveRoute(app: FastifyInstance, live: Live): void {
  app.get<{ Querystring: LiveQuery }>(livePath, { schema, exposeHeadRoute: false }, async ({ query, raw }, reply) => {
    const { session, sessions } = query;
    if (!live.open({ sessions, ...(session === undefined ? {} : { session }) }, raw, reply.raw)) {
      throw new RequestError("BUSY", "Too many readers of live events; close a page that is open elsewhere");
    }
    reply.hijack();
  });
}
