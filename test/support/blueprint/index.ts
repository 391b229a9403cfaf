import type { Protocol } from "../../../src/model/protocol.js";
import { anomalies } from "./anomalies.js";
import { anonymizeFrame } from "./anonymizer.js";
import { createConversation } from "./conversation.js";
import { entities } from "./entities.js";
import { headBytesOf, layOutFrame } from "./layout.js";
import { createCloudSimulator, createDeviceSimulator } from "./simulator.js";
import { createSplitter } from "./splitter.js";

/** A small, complete protocol: what a new device family is copied from, and what the relay's tests talk. */
export const blueprint: Protocol = {
  name: "blueprint",
  title: "An imaginary power meter",
  defaults: {
    ...{ listenPort: 9999, onTls: "terminate", tlsMin: "TLSv1.2", intervalS: 60, idleTimeoutS: 600 },
    dissectorPort: 9999,
  },
  anomalies,
  entities,
  abilities: { localCloud: true, classedCommands: true, control: true },
  createSplitter,
  createConversation,
  createDeviceSimulator,
  createCloudSimulator,
  headBytes: headBytesOf,
  layout: layOutFrame,
  anonymize: anonymizeFrame,
};
