import type { Protocol } from "../../model/protocol.js";
import { anonymizeFrame } from "./anonymizer.js";
import { createCloudSimulator } from "./cloud-simulator.js";
import { layOutFrame } from "./layout.js";
import { liveEnvoy } from "./live.js";
import { createDeviceSimulator } from "./simulator.js";

/** Enphase Envoy with firmware R3.x and its microinverters: docs/protocols/envoy.md. */
export const envoy: Protocol = {
  ...liveEnvoy,
  createDeviceSimulator,
  createCloudSimulator,
  layout: layOutFrame,
  anonymize: anonymizeFrame,
};
