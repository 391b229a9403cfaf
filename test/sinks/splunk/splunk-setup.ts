import type { DeviceId } from "../../../src/model/device.js";
import type { BusMessage } from "../../../src/model/ports.js";
import type { SessionId, SessionInfo } from "../../../src/model/session.js";
import type { EpochMs } from "../../../src/model/time.js";
import type { JsonObject, Values } from "../../../src/model/value.js";
import type { SplunkOptions } from "../../../src/sinks/splunk/options.js";

export const at = Date.UTC(2026, 5, 21, 10) as EpochMs;
export const inverterId = "solarman_2712345678" as DeviceId;

export const options: SplunkOptions = {
  url: "http://127.0.0.1:8088/services/collector/event",
  token: "secret-token",
  source: "cloudtap",
  sourcetype: "cloudtap",
  verify: true,
  fields: "keys",
};

export function sessionOf(protocol = "solarman"): SessionInfo {
  const device = { localAddress: "127.0.0.1", localPort: 1, remoteAddress: "127.0.0.1", remotePort: 2 };
  return { id: "1" as SessionId, relay: "roof", protocol, openedAt: at, device };
}

export type Told = Extract<BusMessage, { readonly type: "reading" | "event" | "anomaly" | "write-result" }>;

/** A live reading that was measured ten seconds before it came, unless `changes` say otherwise. */
export function readingOf(
  values: Values,
  changes: { readonly measuredAt?: number | undefined; readonly live?: boolean; readonly protocol?: string } = {},
): Extract<BusMessage, { readonly type: "reading" }> {
  const measuredAt = ("measuredAt" in changes ? changes.measuredAt : at - 10_000) as EpochMs | undefined;
  const reading = { device: inverterId, measuredAt, receivedAt: at, live: changes.live ?? true, values };
  return { type: "reading", session: sessionOf(changes.protocol), reading };
}

export function anomalyOf(
  kind: string,
  device: DeviceId | undefined = inverterId,
): Extract<BusMessage, { readonly type: "anomaly" }> {
  const anomaly = { kind, direction: "device-to-cloud" as const, detail: "expected 4, found 5" };
  return {
    type: "anomaly",
    session: sessionOf(),
    anomaly: device === undefined ? anomaly : { ...anomaly, device },
    at,
  };
}

/** An event as it waits in the queue, told apart by its number. */
export function kept(number: number, more: JsonObject = {}): JsonObject {
  return { time: at / 1000, host: inverterId, event: { id: `id-${number}`, kind: "reading", number, ...more } };
}
