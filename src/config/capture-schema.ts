import { captureParts } from "../model/capture.js";
import { choice, count, type SchemaNode, seconds, section, text } from "./schema-nodes.js";

/** Letters and words of `capture.parts`, in any case. */
const partNames = captureParts.flatMap(({ letter, word }) => [letter, word]);

/** All but J: hashing each frame costs more than all the rest. */
const usualParts = captureParts.map(({ letter }) => letter).filter((letter) => letter !== "J");

/** `capture`: recorded traffic for Wireshark. */
export const captureSchema: SchemaNode = section(
  "Recorded traffic of both legs, in the clear, as pcapng files for Wireshark",
  {
    mode: choice(
      ["none", "always", "anomaly"],
      "none",
      "`always`: every session. `anomaly`: a device whose traffic breaks the rules, for `hold` seconds. `none`: only on demand",
    ),
    directory: { ...text("Folder of the files; made when missing"), defaultText: "`captures` in `data_dir`" },
    max_mb: count("Megabytes kept; the oldest files go first", 100),
    max_days: { ...count("Days kept", 7), maximum: 3_650 },
    threshold: {
      ...seconds("Score of anomalies in one direction of a session from which its device is captured", 5),
      minimum: 1,
    },
    hold: {
      ...seconds("Seconds for which it is captured, over its later sessions; each further anomaly renews them", 600),
      minimum: 1,
    },
    parts: {
      type: "array",
      description: `What is kept, as letters or words: ${captureParts.map(({ letter, word }) => `${letter} \`${word}\``).join(", ")}`,
      items: { type: "string", enum: partNames, allowed: `one of ${partNames.join(", ")}` },
      minItems: 1,
      maxItems: 20,
      default: usualParts,
    },
    relays: {
      type: "array",
      description: "Names of the relays that `mode` is for; empty: all",
      items: { type: "string", maxLength: 64, allowed: "name of a relay" },
      maxItems: 100,
      default: [],
    },
    tls_secrets: choice(
      ["none", "file", "block", "both"],
      "none",
      "Secrets of the TLS connections that Cloudtap holds, to decrypt what another program recorded: in a `file` beside each capture, in a `block` inside it, or `both`. Who has them can read the traffic",
    ),
    redact: {
      type: "boolean",
      description: "Captures that are handed out are anonymized; the files in the folder never are",
      default: true,
    },
  },
);

/** `spool`: what passed, as files for other programs. */
export const spoolSchema: SchemaNode = section(
  "What passed, as files for other programs: report bodies, session logs, readings",
  {
    enabled: { type: "boolean", description: "Whether files are written", default: false },
    directory: { ...text("Folder of the files; made when missing"), defaultText: "`spool` in `data_dir`" },
    max_mb: count("Megabytes kept; the oldest files go first", 500),
    max_days: { ...count("Days kept", 30), maximum: 3_650 },
  },
);
