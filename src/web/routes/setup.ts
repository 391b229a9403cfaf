import type { FastifyInstance } from "fastify";
import { found } from "../request-error.js";
import { setupSchemas } from "../schemas/setup.js";
import type { PageSources } from "../sources.js";
import { describeRoute, viewAnswer } from "./route-schema.js";

const tag = "set-up";

const schemas = {
  setup: describeRoute({
    ...{ id: "setup", tag, summary: "What leading a device here needs to know" },
    answer: viewAnswer(setupSchemas.setup, "Addresses, ports and names"),
  }),
  checklist: describeRoute({
    ...{ id: "checklist", tag, summary: "Looks how far the devices of a relay have come" },
    params: { relay: { type: "string", minLength: 1, maxLength: 64, description: "Name of a relay" } },
    ...{ answer: viewAnswer(setupSchemas.checklist, "What was found"), faults: ["NOT_FOUND"] },
  }),
};

export function registerSetupRoutes(app: FastifyInstance, sources: PageSources): void {
  app.get("/api/setup", { schema: schemas.setup }, () => sources.setup());
  app.get<{ Params: { readonly relay: string } }>(
    "/api/setup/checklist/:relay",
    { schema: schemas.checklist },
    async ({ params: { relay } }) => found(await sources.checklist(relay), "There is no relay of that name"),
  );
}
