import type { FastifyInstance } from "fastify";
import { programSchemas } from "../schemas/program.js";
import type { PageSources } from "../sources.js";
import { describeRoute, textAnswer, viewAnswer } from "./route-schema.js";

const schemas = {
  overview: describeRoute({
    ...{ id: "overview", tag: "program", summary: "Cloudtap, its relays, its devices, and what is wrong" },
    answer: viewAnswer(programSchemas.overview, "The overview"),
  }),
  privacy: describeRoute({
    ...{ id: "privacy", tag: "program", summary: "What each device tells whom" },
    answer: viewAnswer(programSchemas.privacy, "By device"),
  }),
  health: describeRoute({
    ...{ id: "health", tag: "monitoring", summary: "Whether Cloudtap does its work" },
    answer: viewAnswer(programSchemas.health, "It does"),
    further: { 503: viewAnswer(programSchemas.health, "It does not; `reasons` says why") },
  }),
  metrics: describeRoute({
    ...{ id: "metrics", tag: "monitoring", summary: "Values of all devices, and Cloudtap's own, for Prometheus" },
    answer: textAnswer("text/plain", "In Prometheus' exposition format"),
  }),
};

export function registerProgramRoutes(app: FastifyInstance, sources: PageSources): void {
  app.get("/api/overview", { schema: schemas.overview }, () => sources.overview());
  app.get("/api/privacy", { schema: schemas.privacy }, () => sources.privacy());
  app.get("/health", { schema: schemas.health }, async (_, reply) => {
    const health = sources.health();
    reply.code(health.status === "ok" ? 200 : 503);
    return health;
  });
  app.get("/metrics", { schema: schemas.metrics }, async (_, reply) => {
    const { contentType, text } = await sources.metrics();
    reply.header("content-type", contentType);
    return text;
  });
}
