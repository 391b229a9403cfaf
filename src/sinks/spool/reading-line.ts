import type { Reading } from "../../model/reading.js";
import type { SessionInfo } from "../../model/session.js";
import type { EpochMs } from "../../model/time.js";

/** One reading as a line of JSON, with its end; `time` is null where the device did not know it. */
export function encodeReadingLine(session: SessionInfo, reading: Reading): string {
  const { device, measuredAt, receivedAt, live, values } = reading;
  const { relay, protocol } = session;
  const time = measuredAt === undefined ? null : isoTime(measuredAt);
  return `${JSON.stringify({ time, received: isoTime(receivedAt), device, relay, protocol, live, values })}\n`;
}

/** Null for what no calendar has. */
function isoTime(at: EpochMs): string | null {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
