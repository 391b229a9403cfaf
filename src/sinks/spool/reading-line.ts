import type { Reading } from "../../model/reading.js";
import type { SessionInfo } from "../../model/session.js";
import { isoTime } from "../../runtime/iso-time.js";

/** One reading as a line of JSON, with its end; `time` is null where the device did not know it. */
export function encodeReadingLine(session: SessionInfo, reading: Reading): string {
  const { device, measuredAt, receivedAt, live, values } = reading;
  const { relay, protocol } = session;
  const time = isoTime(measuredAt);
  return `${JSON.stringify({ time, received: isoTime(receivedAt), device, relay, protocol, live, values })}\n`;
}
