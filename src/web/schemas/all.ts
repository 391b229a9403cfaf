import { captureSchemas } from "./captures.js";
import { deviceSchemas } from "./devices.js";
import { liveSchemas } from "./live.js";
import { programSchemas } from "./program.js";
import type { ViewSchema } from "./schema.js";
import { sessionSchemas } from "./sessions.js";
import { setupSchemas } from "./setup.js";

/** Every schema with a name, for who documents them; the routes name those that they need themselves. */
export const allSchemas: readonly ViewSchema[] = [
  programSchemas,
  deviceSchemas,
  sessionSchemas,
  captureSchemas,
  setupSchemas,
  liveSchemas,
].flatMap((group) => Object.values<ViewSchema>(group));
