import type { Anomaly } from "../../model/anomaly.js";
import type { WriteRequest, WriteResult } from "../../model/command.js";
import type { DeviceEvent } from "../../model/event.js";
import type { RelayStatus } from "../../model/ports.js";
import type { Reading } from "../../model/reading.js";
import type { EpochMs } from "../../model/time.js";
import type { JsonObject, Value } from "../../model/value.js";
import { isoTime } from "../../runtime/iso-time.js";

/** State keys that the bridge adds to what the device reported. */
export const bridgeKeys = { lastSeen: "last_seen", connectionStatus: "connection_status" } as const;

/** Those of devices with a cloud of their own: all but the ones that are reached through another device. */
export const cloudKeys = { mode: "cloud_mode", lastAnswer: "cloud_last_answer" } as const;

/** Event types that every device has besides its own. */
export const commonEventTypes = [
  "anomaly",
  "command",
  "historic_reading",
  "cloud_mode",
  "outbox_dropped",
  "encrypted",
  "readable_again",
] as const;

/** One value as the payload of its own topic. Unknown is `None`: an empty payload would delete the retained message. */
export function valueText(value: Value): string {
  if (value === null || (typeof value === "number" && !Number.isFinite(value))) return "None";
  return String(value);
}

export function eventPayload(event: DeviceEvent): JsonObject {
  return { ...event.attributes, event_type: event.type, time: isoTime(event.at) };
}

/** A stored record: when it was measured stands in it, `time` is when it came. */
export function historicReadingPayload(reading: Reading): JsonObject {
  return {
    event_type: "historic_reading",
    time: isoTime(reading.receivedAt),
    measured_at: isoTime(reading.measuredAt),
    values: reading.values,
  };
}

export function anomalyPayload(anomaly: Anomaly, relay: string, at: EpochMs): JsonObject {
  const { kind, direction, detail } = anomaly;
  return { event_type: "anomaly", time: isoTime(at), kind, direction, detail, relay };
}

/** How a write ended: with the value that was read back, or with the one that was asked for and what was wrong. */
export function responsePayload({ key, value }: WriteRequest, result: WriteResult): JsonObject {
  if (result.status === "applied") return { key, value: result.value, status: result.status };
  return { key, value, status: result.status, error: result.error };
}

export interface BridgeFacts {
  readonly version: string;
  readonly startedAt: EpochMs;
  readonly relays: readonly RelayStatus[];
}

export function bridgeInfoPayload({ version, startedAt, relays }: BridgeFacts): JsonObject {
  return { version, started: isoTime(startedAt), relays: relays.map(relayFacts) };
}

function relayFacts(relay: RelayStatus): JsonObject {
  return {
    name: relay.name,
    protocol: relay.protocol,
    listen: relay.listen,
    upstream: relay.upstream,
    cloud: relay.cloud,
    status: relay.status,
    ...(relay.error === undefined ? {} : { error: relay.error }),
    sessions_open: relay.sessionsOpen,
    sessions_started: relay.sessionsStarted,
    sessions_ended: relay.sessionsEnded,
  };
}
