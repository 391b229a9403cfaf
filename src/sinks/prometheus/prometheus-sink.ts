import type { CaptureStatus } from "../../model/capture.js";
import type { DeviceId } from "../../model/device.js";
import type { BusMessage, Sink } from "../../model/ports.js";
import type { EpochMs } from "../../model/time.js";
import type { DecodeTiming } from "../../model/timing.js";
import type { LegSide, TrafficObserver } from "../../model/traffic.js";
import type { Clock } from "../../runtime/clock.js";
import type { Logger } from "../../runtime/log.js";
import { DecodeTimes } from "./decode-times.js";
import type { KeyTables } from "./definitions.js";
import { type DeviceFacts, DeviceMetrics } from "./device-metrics.js";
import { Durations } from "./durations.js";
import type { Exposition, ExpositionWriter } from "./exposition.js";
import type { Family, Sample } from "./families.js";
import { OwnCounters } from "./own-counters.js";
import { type OwnMetric, ownMetrics } from "./own-metrics.js";
import { RelayLatency } from "./relay-latency.js";

export interface PrometheusOptions {
  readonly version: string;
  readonly startedAt: EpochMs;
}

/** Bytes of the legs of one side, of all sessions since the start. */
export interface TrafficTotal {
  readonly relay: string;
  readonly protocol: string;
  readonly side: LegSide;
  readonly received: number;
  readonly sent: number;
}

export interface QueueState {
  readonly queue: string;
  readonly length: number;
  /** Since the start; absent: it drops nothing. */
  readonly dropped?: number;
}

export interface SinkState {
  readonly sink: string;
  readonly up: boolean;
}

export interface PrometheusPorts {
  readonly clock: Clock;
  readonly log: Logger;
  /** Milliseconds that only go forward. */
  readonly elapsedMs: () => number;
  /** What a protocol tells of its keys; undefined: it is unknown. */
  tablesOf(protocol: string): KeyTables | undefined;
  /** Undefined: the hub does not know the device. */
  factsOf(device: DeviceId): DeviceFacts | undefined;
  traffic(): readonly TrafficTotal[];
  queues(): readonly QueueState[];
  sinks(): readonly SinkState[];
  capture(): CaptureStatus;
}

export interface PrometheusSink extends Sink {
  /** What a scrape gets; scrapes within a second share it. Rejects only with a fault of ours. */
  metrics(): Promise<Exposition>;
  /** For the relays: how long bytes stay in them. */
  readonly traffic: TrafficObserver;
  /** For the relays: how long decoding takes, of some of the frames. */
  readonly timing: DecodeTiming;
}

const shareMs = 1_000;

/**
 * Every value of every device, and what Cloudtap does, for Prometheus: docs/metrics.md. Nothing large is loaded before the first scrape;
 * what is counted is counted from the start.
 */
export function createPrometheusSink(options: PrometheusOptions, ports: PrometheusPorts): PrometheusSink {
  return new MetricsSink(options, ports);
}

class MetricsSink implements PrometheusSink {
  readonly name = "prometheus";
  readonly traffic: TrafficObserver;
  readonly timing: DecodeTiming;
  readonly #options: PrometheusOptions;
  readonly #ports: PrometheusPorts;
  readonly #devices: DeviceMetrics;
  readonly #counters: OwnCounters;
  readonly #latency = new Durations(ownMetrics.addedLatency);
  readonly #decoding = new Durations(ownMetrics.decodeDuration);
  #writer: Promise<ExpositionWriter> | undefined;
  #shared: { readonly at: EpochMs; readonly exposition: Promise<Exposition> } | undefined;

  constructor(options: PrometheusOptions, ports: PrometheusPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#devices = new DeviceMetrics(ports);
    this.#counters = new OwnCounters((device) => this.#devices.protocolOf(device));
    this.traffic = new RelayLatency(this.#latency, ports.elapsedMs);
    this.timing = new DecodeTimes(this.#decoding);
  }

  accept(message: BusMessage): void {
    this.#devices.accept(message);
    this.#counters.accept(message);
  }

  async start(): Promise<void> {
    // Counting needs no beginning.
  }

  async stop(): Promise<void> {
    // Nothing is pending: whoever scrapes comes by itself.
  }

  metrics(): Promise<Exposition> {
    const now = this.#ports.clock.now();
    if (this.#shared !== undefined && Math.abs(now - this.#shared.at) < shareMs) return this.#shared.exposition;
    const exposition = this.#write(now);
    const shared = { at: now, exposition };
    this.#shared = shared;
    exposition.catch(() => {
      if (this.#shared === shared) this.#shared = undefined;
    });
    return exposition;
  }

  async #write(now: EpochMs): Promise<Exposition> {
    this.#writer ??= import("./exposition.js").then(({ ExpositionWriter }) => new ExpositionWriter());
    const writer = await this.#writer;
    return writer.write([
      ...this.#devices.families(now),
      ...this.#counters.families(),
      ...this.#states(),
      ...[this.#latency.family(), this.#decoding.family()],
    ]);
  }

  /** What others count, asked at each scrape. */
  #states(): readonly Family[] {
    const { traffic, queues, sinks, capture } = this.#ports;
    const { version, startedAt } = this.#options;
    const { running, problem, captured, dropped } = capture();
    const waiting = queues();
    return [
      familyOf(ownMetrics.buildInfo, [{ labels: { version }, value: 1 }]),
      familyOf(ownMetrics.startTime, [one(startedAt / 1000)]),
      familyOf(ownMetrics.seriesCut, [one(this.#devices.isCut ? 1 : 0)]),
      familyOf(ownMetrics.bytes, traffic().flatMap(bytesOf)),
      familyOf(
        ownMetrics.queueLength,
        waiting.map(({ queue, length }) => ({ labels: { queue }, value: length })),
      ),
      familyOf(ownMetrics.queueDropped, waiting.flatMap(droppedOf)),
      familyOf(
        ownMetrics.sinkUp,
        sinks().map(({ sink, up }) => ({ labels: { sink }, value: up ? 1 : 0 })),
      ),
      familyOf(ownMetrics.capturesRunning, [one(running.length)]),
      familyOf(ownMetrics.captureProblem, [one(problem === undefined ? 0 : 1)]),
      familyOf(ownMetrics.capturePackets, [one(captured)]),
      familyOf(ownMetrics.captureDropped, [one(dropped)]),
    ];
  }
}

function familyOf(
  { name, help, type }: OwnMetric & { readonly type: "counter" | "gauge" },
  samples: readonly Sample[],
): Family {
  return { name, help, type, samples };
}

function one(value: number): Sample {
  return { labels: {}, value };
}

function bytesOf({ relay, protocol, side, received, sent }: TrafficTotal): readonly Sample[] {
  const labels = { relay, protocol, leg: side };
  return [
    { labels: { ...labels, direction: "received" }, value: received },
    { labels: { ...labels, direction: "sent" }, value: sent },
  ];
}

function droppedOf({ queue, dropped }: QueueState): readonly Sample[] {
  return dropped === undefined ? [] : [{ labels: { queue }, value: dropped }];
}
