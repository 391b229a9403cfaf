import type { Protocol } from "../../model/protocol.js";
import { anonymizeFrame } from "./anonymizer.js";
import { createCloudSimulator } from "./cloud-simulator.js";
import { layOutFrame } from "./layout.js";
import { liveSolarman } from "./live.js";
import { createDeviceSimulator } from "./simulator.js";

/** Solarman V5 loggers, as in Deye inverters: docs/protocols/solarman.md. */
export const solarman: Protocol = {
  ...liveSolarman,
  createDeviceSimulator,
  createCloudSimulator,
  layout: layOutFrame,
  anonymize: anonymizeFrame,
};
