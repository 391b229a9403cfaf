import type { Protocol } from "../../model/protocol.js";
import { createProbe } from "../../wire/probe.js";
import { anomalies } from "./anomalies.js";
import { createSolarmanConversation } from "./conversation.js";
import { entities } from "./entities.js";
import { createSolarmanSplitter, firstBytes, headBytesOf } from "./splitter.js";

/** Solarman V5 loggers, as in Deye inverters: docs/protocols/solarman.md. */
export const liveSolarman: Protocol = {
  name: "solarman",
  title: "Deye inverters and other Solarman V5 loggers",
  defaults: {
    listenPort: 10_000,
    upstream: { host: "5406.deviceaccess.host", port: 10_000 },
    // Firmware that speaks TLS checks the server against its vendor's own authority.
    onTls: "splice",
    tlsMin: "TLSv1.2",
    // The heartbeat's; data come every 300 s.
    intervalS: 120,
    idleTimeoutS: 900,
    dissectorPort: 10_000,
  },
  anomalies,
  entities,
  abilities: { localCloud: true, classedCommands: true, control: true },
  probe: createProbe(firstBytes),
  createSplitter: createSolarmanSplitter,
  createConversation: createSolarmanConversation,
  headBytes: headBytesOf,
  archive: { type: "sessions" },
};
