import type { Protocol } from "../../model/protocol.js";
import { anonymizeFrame } from "./anonymizer.js";
import { createCloudSimulator } from "./cloud-simulator.js";
import { layOutFrame } from "./layout.js";
import { liveWebsentry } from "./live.js";
import { createUnitSimulator } from "./unit-simulator.js";

/** Pool dehumidifiers of Seresco and Dehumidified Air Solutions: docs/protocols/websentry.md. */
export const websentry: Protocol = {
  ...liveWebsentry,
  createDeviceSimulator: createUnitSimulator,
  createCloudSimulator,
  layout: layOutFrame,
  anonymize: anonymizeFrame,
};
