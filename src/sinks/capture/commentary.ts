import { createHash } from "node:crypto";
import type { BusMessage } from "../../model/ports.js";
import type { Values } from "../../model/value.js";
import type { Part } from "./options.js";

type FrameMessage = Extract<BusMessage, { readonly type: "frame" }>;
type ReadingMessage = Extract<BusMessage, { readonly type: "reading" }>;
type AnomalyMessage = Extract<BusMessage, { readonly type: "anomaly" }>;

const textLimit = 2_000;

/** What stands beside the packet that completed a frame: what it was, and its size and hash. */
export function describeFrame({ role, label, bytes, data }: FrameMessage, parts: ReadonlySet<Part>): readonly string[] {
  return [
    ...(parts.has("I") ? [`${role}: ${label}`.slice(0, textLimit)] : []),
    ...(parts.has("J") ? [`frame of ${bytes} bytes, SHA-256 ${createHash("sha256").update(data).digest("hex")}`] : []),
  ];
}

/** The values of a reading in one line. */
export function describeReading({ reading }: ReadingMessage): string {
  const { device, measuredAt, live, values } = reading;
  const when = measuredAt === undefined ? "at an unknown time" : describeTime(measuredAt);
  return `reading of ${device}, ${when}${live ? "" : ", stored"}: ${describeValues(values)}`.slice(0, textLimit);
}

export function describeAnomaly({ anomaly }: AnomalyMessage, score: number): string {
  const { kind, direction, detail } = anomaly;
  return `anomaly ${kind}, score ${score}, ${direction}: ${detail}`.slice(0, textLimit);
}

function describeValues(values: Values): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value === null ? "unknown" : value}`)
    .join(" ");
}

function describeTime(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "at an impossible time" : date.toISOString();
}
