import type { Protocol } from "../../model/protocol.js";
import { createProbe } from "../../wire/probe.js";
import { anomalies } from "./anomalies.js";
import { codesOf } from "./codes.js";
import { createWebsentryConversation } from "./conversation.js";
import { entities } from "./entities.js";
import { propertyLines } from "./property-lines.js";
import { createWebsentrySplitter, headBytesOf, magic } from "./splitter.js";

/** Pool dehumidifiers of Seresco and Dehumidified Air Solutions: docs/protocols/websentry.md. */
export const liveWebsentry: Protocol = {
  name: "websentry",
  title: "Seresco and Dehumidified Air Solutions pool dehumidifiers (WebSentry)",
  defaults: {
    listenPort: 1030,
    upstream: { host: "websentry.seresco.net", port: 1030 },
    onTls: "splice",
    tlsMin: "TLSv1.2",
    intervalS: 60,
    idleTimeoutS: 900,
    dissectorPort: 1030,
  },
  anomalies,
  entities,
  codes: codesOf,
  properties: propertyLines,
  abilities: { localCloud: true, classedCommands: true, control: true },
  probe: createProbe([...magic]),
  createSplitter: createWebsentrySplitter,
  createConversation: createWebsentryConversation,
  headBytes: headBytesOf,
  archive: { type: "sessions" },
};
