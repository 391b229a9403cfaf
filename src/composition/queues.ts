import type { RelayConfiguration } from "../config/configuration.js";
import type { Outbox } from "../model/ports.js";
import type { MqttSink } from "../sinks/mqtt/mqtt-sink.js";
import type { QueueState, SinkState } from "../sinks/prometheus/prometheus-sink.js";
import type { SplunkSink } from "../sinks/splunk/splunk-sink.js";
import type { BoundedQueue } from "../store/message-queue.js";
import type { TrafficFiles } from "./traffic-files.js";

export interface QueueOwners {
  /** Events that wait for the broker. */
  readonly events: Pick<BoundedQueue, "size" | "dropped">;
  readonly outbox: Pick<Outbox, "waiting">;
  readonly splunk: Pick<SplunkSink, "status"> | undefined;
  readonly relays: readonly Pick<RelayConfiguration, "name" | "cloud">[];
}

/** What waits for somebody, for the metrics. */
export function queuesOf({ events, outbox, splunk, relays }: QueueOwners): readonly QueueState[] {
  const waiting = splunk?.status();
  return [
    { queue: "mqtt_events", length: events.size, dropped: events.dropped },
    ...(waiting === undefined ? [] : [{ queue: "splunk", length: waiting.queued, dropped: waiting.dropped }]),
    ...relays
      .filter(({ cloud }) => cloud === "auto")
      .map(({ name }) => ({ queue: `outbox_${name}`, length: outbox.waiting(name) })),
  ];
}

export interface SinkOwners {
  readonly mqtt: Pick<MqttSink, "connected">;
  readonly splunk: Pick<SplunkSink, "status"> | undefined;
  readonly files: Pick<TrafficFiles, "commands" | "spoolProblem">;
}

/** Which sinks do their work, for the metrics. */
export function sinksOf({ mqtt, splunk, files }: SinkOwners): readonly SinkState[] {
  return [
    { sink: "mqtt", up: mqtt.connected() },
    ...(splunk === undefined ? [] : [{ sink: "splunk", up: splunk.status().up }]),
    { sink: "capture", up: files.commands.control.status().problem === undefined },
    { sink: "spool", up: files.spoolProblem() === undefined },
  ];
}
