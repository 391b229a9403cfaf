import type { FastifyInstance } from "fastify";
import type { Live } from "../live.js";
import type { Places } from "../places.js";
import type { PageSources } from "../sources.js";
import { registerCaptureRoutes } from "./captures.js";
import { registerDeviceRoutes } from "./devices.js";
import { registerLiveRoute } from "./live.js";
import { registerProgramRoutes } from "./program.js";
import { registerSessionRoutes } from "./sessions.js";
import { registerSetupRoutes } from "./setup.js";

export { livePath } from "./live.js";

export interface RouteContext {
  readonly sources: PageSources;
  readonly live: Live;
  readonly downloads: Places;
}

/** Everything but the page's own files: what docs/openapi.json describes. */
export function registerRoutes(app: FastifyInstance, { sources, live, downloads }: RouteContext): void {
  registerProgramRoutes(app, sources);
  registerDeviceRoutes(app, sources);
  registerSessionRoutes(app, sources);
  registerCaptureRoutes(app, sources, downloads);
  registerSetupRoutes(app, sources);
  registerLiveRoute(app, live);
}
