import type { DeviceId } from "../../src/model/device.js";
import type { BusMessage } from "../../src/model/ports.js";
import type { CloseReason, SessionInfo } from "../../src/model/session.js";
import type { EpochMs } from "../../src/model/time.js";
import type { Values } from "../../src/model/value.js";
import { inverter, openedAt } from "./capture-moments.js";

type FrameMessage = Extract<BusMessage, { readonly type: "frame" }>;

/** A report of the device. */
export function frameOf(
  session: SessionInfo,
  content: string | Uint8Array,
  given: Partial<FrameMessage> = {},
): FrameMessage {
  const data = typeof content === "string" ? Buffer.from(content) : content;
  return {
    ...{ type: "frame", session, direction: "device-to-cloud", role: "report", label: "data" },
    ...{ bytes: data.length, data },
    ...given,
  };
}

export function seenOf(session: SessionInfo, device: DeviceId = inverter, at: EpochMs = openedAt): BusMessage {
  return { type: "seen", session, device, at };
}

export function readingOf(session: SessionInfo, values: Values, device: DeviceId = inverter): BusMessage {
  return {
    ...{ type: "reading", session },
    reading: { device, measuredAt: undefined, receivedAt: openedAt, live: true, values },
  };
}

export function modeOf(session: SessionInfo, mode: "relay" | "local", device: DeviceId = inverter): BusMessage {
  return { type: "cloud-mode", session, device, mode, reason: "the cloud is asked", at: openedAt };
}

export function anomalyOf(session: SessionInfo, kind: string, given: Partial<Anomaly> = {}): AnomalyMessage {
  const anomaly: Anomaly = { kind, direction: "device-to-cloud", detail: "out of range", ...given };
  return { type: "anomaly", session, anomaly, at: openedAt };
}

type AnomalyMessage = Extract<BusMessage, { readonly type: "anomaly" }>;
type Anomaly = AnomalyMessage["anomaly"];

const hungUp: CloseReason = { by: "device", how: "fin", detail: "the device closed" };

export function closedOf(session: SessionInfo, reason: CloseReason = hungUp): BusMessage {
  const counters = { bytesFromDevice: 0, bytesFromCloud: 0, durationMs: 1_500 };
  return { type: "session-closed", session, reason, counters };
}

/** A device that is announced; `viaDevice`: reached through another. */
export function describedOf(id: DeviceId, viaDevice?: DeviceId): BusMessage {
  const description = { id, protocol: "blueprint", name: id, entities: [], eventTypes: [] };
  return { type: "described", description: viaDevice === undefined ? description : { ...description, viaDevice } };
}
