import swagger from "@fastify/swagger";
import fastify from "fastify";
import { systemClock } from "../../src/runtime/clock.js";
import { silentLogger } from "../../src/runtime/log.js";
import { usualLimits } from "../../src/web/limits.js";
import { Live } from "../../src/web/live.js";
import { Places } from "../../src/web/places.js";
import { registerRoutes } from "../../src/web/routes/routes.js";
import { allSchemas } from "../../src/web/schemas/all.js";
import { FakePageSources } from "../../test/support/fake-page-sources.js";

const introduction =
  "What Cloudtap's page shows, and what it may do. Times are milliseconds since 1970-01-01T00:00:00Z; a key whose value is not known is absent. How to use it: docs/api.md.";

const tags = [
  { name: "program", description: "Cloudtap itself" },
  { name: "devices", description: "Devices, their values and settings" },
  { name: "sessions", description: "Connections of devices, and what passes on them" },
  { name: "captures", description: "Recorded traffic" },
  { name: "set-up", description: "How a device is led here" },
  { name: "live", description: "What happens, as it happens" },
  { name: "monitoring", description: "For other programs that keep an eye on Cloudtap" },
];

/** docs/openapi.json, made from the schemas beside the routes. */
export async function renderOpenApi(): Promise<string> {
  const app = fastify({ logger: false, ajv: { customOptions: { allowUnionTypes: true } } });
  await app.register(swagger, {
    openapi: { openapi: "3.1.0", info: { title: "Cloudtap", version: "1", description: introduction }, tags },
    refResolver: {
      buildLocalReference: ({ $id }, _base, _fragment, index) => (typeof $id === "string" ? $id : `def-${index}`),
    },
  });
  for (const schema of allSchemas) app.addSchema(schema);
  const sources = new FakePageSources();
  const live = new Live(sources, { log: silentLogger(), clock: systemClock, limits: usualLimits, ingress: false });
  app.after(() => registerRoutes(app, { sources, live, downloads: new Places(usualLimits.downloads) }));
  await app.ready();
  const document = app.swagger();
  await app.close();
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
