import { createHash } from "node:crypto";
import type { CapturePart } from "../../model/capture.js";
import type { BusMessage } from "../../model/ports.js";
import type { Values } from "../../model/value.js";
import { isoTime } from "../../runtime/iso-time.js";

type FrameMessage = Extract<BusMessage, { readonly type: "frame" }>;
type ReadingMessage = Extract<BusMessage, { readonly type: "reading" }>;
type AnomalyMessage = Extract<BusMessage, { readonly type: "anomaly" }>;

const textLimit = 2_000;

/** What stands beside the packet that completed a frame: what it was, and its size and hash. */
export function describeFrame(message: FrameMessage, parts: ReadonlySet<CapturePart>): readonly string[] {
  const { role, label, bytes, data, blocked } = message;
  const verdict = blocked === undefined || blocked === "" ? "" : ` (${blocked})`;
  return [
    ...(parts.has("I") ? [oneLine(`${role}: ${label}${verdict}`)] : []),
    ...(parts.has("J") ? [`frame of ${bytes} bytes, SHA-256 ${createHash("sha256").update(data).digest("hex")}`] : []),
  ];
}

/** The values of a reading in one line. */
export function describeReading({ reading }: ReadingMessage): string {
  const { device, measuredAt, live, values } = reading;
  const when = measuredAt === undefined ? "at an unknown time" : (isoTime(measuredAt) ?? "at an impossible time");
  return oneLine(`reading of ${device}, ${when}${live ? "" : ", stored"}: ${describeValues(values)}`);
}

export function describeAnomaly({ anomaly }: AnomalyMessage, score: number): string {
  const { kind, direction, detail } = anomaly;
  return oneLine(`anomaly ${kind}, score ${score}, ${direction}: ${detail}`);
}

/** Text of a device must not look like a line of Cloudtap's own. */
function oneLine(text: string): string {
  return text.slice(0, textLimit).replaceAll(/\p{Cc}/gu, " ");
}

function describeValues(values: Values): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value === null ? "unknown" : value}`)
    .join(" ");
}
