import type { DeviceId } from "../../../src/model/device.js";
import type { BusMessage, MessageQueue, RelayStatus } from "../../../src/model/ports.js";
import type { SessionId, SessionInfo } from "../../../src/model/session.js";
import type { EpochMs } from "../../../src/model/time.js";
import type { Values } from "../../../src/model/value.js";
import { systemClock } from "../../../src/runtime/clock.js";
import { createMqttSink, type MqttOptions, type MqttSink } from "../../../src/sinks/mqtt/mqtt-sink.js";
import { type LogRecorder, recordLog } from "../../support/log-recorder.js";
import { createMemoryQueue } from "../../support/memory-queue.js";
import { inverter, inverterId } from "./descriptions.js";

export const at = Date.UTC(2026, 5, 21, 10) as EpochMs;

export const session: SessionInfo = {
  id: "1" as SessionId,
  relay: "roof",
  protocol: "solarman",
  openedAt: at,
  device: { localAddress: "127.0.0.1", localPort: 1, remoteAddress: "127.0.0.1", remotePort: 2 },
};

export interface SinkSetup {
  readonly sink: MqttSink;
  readonly recorder: LogRecorder;
  readonly queue: MessageQueue;
  readonly relays: RelayStatus[];
  readonly restored: { readonly device: DeviceId; readonly values: Values; readonly lastSeen: EpochMs | undefined }[];
  /** Commands that came: device, key and payload. */
  readonly written: readonly string[];
  /** Devices that are to be read again, with the payload. */
  readonly readAgain: readonly string[];
  /** What was asked of Cloudtap itself: device, key and payload. */
  readonly asked: readonly string[];
}

export const ownId = "cloudtap_bridge" as DeviceId;

/** A sink with everything around it but the broker. Waits that are left to chance are the shortest. */
export function setUpSink(url: string, changes: Partial<MqttOptions> = {}): SinkSetup {
  const recorder = recordLog();
  const queue = createMemoryQueue();
  const relays: RelayStatus[] = [];
  const restored: { device: DeviceId; values: Values; lastSeen: EpochMs | undefined }[] = [];
  const written: string[] = [];
  const readAgain: string[] = [];
  const asked: string[] = [];
  const options: MqttOptions = {
    ...{ url, clientId: "cloudtap", protocolVersion: "auto", baseTopic: "cloudtap" },
    ...{ discovery: true, discoveryPrefix: "homeassistant", values: "json", control: false },
    ...changes,
  };
  const sink = createMqttSink(options, {
    ...{ log: recorder.log, clock: systemClock, version: "1.2.3", startedAt: at, events: queue },
    relays: () => relays,
    restored: (device, values, lastSeen) => restored.push({ device, values, lastSeen }),
    write: (device, key, payload) => written.push(`${device} ${key} ${payload}`),
    readAgain: (device, payload) => readAgain.push(`${device} ${payload}`),
    own: {
      ...{ device: ownId, keys: ["capture_roof"] },
      request: (device, key, payload) => asked.push(`${device} ${key} ${payload}`),
    },
    random: () => 0,
  });
  return { sink, recorder, queue, relays, restored, written, readAgain, asked };
}

export const described: BusMessage = { type: "described", description: inverter };

export const available: BusMessage = { type: "availability", device: inverterId, available: true, status: "online" };

export function stateOf(values: Values, device: DeviceId = inverterId): BusMessage {
  return { type: "state", device, values, lastSeen: at };
}

export function eventOf(number: number): BusMessage {
  return { type: "event", event: { device: inverterId, type: "fault", at, attributes: { number } } };
}
