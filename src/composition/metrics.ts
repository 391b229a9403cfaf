import type { DeviceHub } from "../devices/device-hub.js";
import type { CaptureStatus } from "../model/capture.js";
import { liveProtocolByName } from "../protocols/live-registry.js";
import type { Clock } from "../runtime/clock.js";
import type { Logger } from "../runtime/log.js";
import {
  createPrometheusSink,
  type PrometheusPorts,
  type PrometheusSink,
} from "../sinks/prometheus/prometheus-sink.js";

export interface MetricsPorts extends Pick<PrometheusPorts, "traffic" | "queues" | "sinks"> {
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  readonly hub: Pick<DeviceHub, "find">;
  capture(): CaptureStatus;
}

/** What Prometheus is told. */
export function createMetrics({ version, hub, ...ports }: MetricsPorts): PrometheusSink {
  return createPrometheusSink(
    { version, startedAt: ports.clock.now() },
    {
      ...ports,
      log: ports.log.child({ part: "metrics" }),
      elapsedMs: () => performance.now(),
      tablesOf: (name) => liveProtocolByName(name),
      factsOf: (device) => hub.find(device),
    },
  );
}
