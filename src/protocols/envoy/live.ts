import type { Protocol } from "../../model/protocol.js";
import { createProbe } from "../../wire/probe.js";
import { anomalies } from "./anomalies.js";
import { archive } from "./archive.js";
import { createEnvoyConversation } from "./conversation.js";
import { delivery } from "./delivery.js";
import { entities } from "./entities.js";
import { createEnvoySplitter, headBytesOf } from "./splitter.js";

/** Enphase Envoy with firmware R3.x and its microinverters: docs/protocols/envoy.md. */
export const liveEnvoy: Protocol = {
  name: "envoy",
  title: "Enphase Envoy with firmware R3.x and its microinverters",
  defaults: {
    listenPort: 4430,
    upstream: { host: "reports.enphaseenergy.com", port: 443 },
    // The Envoy takes any certificate, and speaks nothing newer than TLS 1.0.
    onTls: "terminate",
    tlsMin: "TLSv1",
    intervalS: 300,
    idleTimeoutS: 300,
    dissectorPort: 80,
  },
  anomalies,
  entities,
  abilities: { localCloud: true, classedCommands: true, control: false },
  delivery,
  // The path alone, whatever the version behind it (docs/protocols/envoy.md §4).
  probe: createProbe([...new TextEncoder().encode("POST /emu_reports/")]),
  createSplitter: createEnvoySplitter,
  createConversation: createEnvoyConversation,
  headBytes: headBytesOf,
  archive,
};
