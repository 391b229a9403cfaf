import type { Configuration } from "../config/configuration.js";
import { anomalies as hubAnomalies } from "../devices/anomalies.js";
import { createCaptureRequests } from "../devices/capture-requests.js";
import type { DeviceHub } from "../devices/device-hub.js";
import { createOwnDevice, type OwnDevice } from "../devices/own-device.js";
import type { CaptureControl } from "../model/capture.js";
import type { Bus } from "../model/ports.js";
import type { Problem } from "../model/problem.js";
import type { TrafficObserver } from "../model/traffic.js";
import { liveProtocolByName } from "../protocols/live-registry.js";
import { relayAnomalies } from "../relay/anomalies.js";
import type { Clock } from "../runtime/clock.js";
import type { Part } from "../runtime/lifecycle.js";
import type { Logger } from "../runtime/log.js";
import { createCapture } from "../sinks/capture/capture.js";
import type { OwnSettings } from "../sinks/mqtt/mqtt-sink.js";
import type { Spool } from "../sinks/spool/spool-sink.js";
import type { CaptureCommandPorts } from "./capture-commands.js";

export interface TrafficFilesPorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  readonly hub: DeviceHub;
  /** What is wrong; absent: nobody looks. */
  readonly problems?: () => readonly Problem[];
}

/** What passes, as files: captures and the spool, and who may ask for them. */
export interface TrafficFiles {
  /** To be started before sessions begin, and stopped after they have ended. */
  readonly parts: readonly Part[];
  /** Cloudtap itself, as Home Assistant sees it. */
  readonly own: OwnDevice;
  readonly traffic: TrafficObserver;
  readonly commands: CaptureCommandPorts;
  /** Why the spool cannot be written; undefined: it can, or is switched off. */
  spoolProblem(): string | undefined;
  /** What can be asked over MQTT. */
  readonly settings: OwnSettings;
}

export async function createTrafficFiles(
  configuration: Configuration,
  ports: TrafficFilesPorts,
): Promise<TrafficFiles> {
  const { bus, clock, log, version, hub } = ports;
  const { capture: options, mqtt } = configuration;
  const relays = configuration.relays.map(({ name }) => name);
  const capture = createCapture(
    { ...options, application: `Cloudtap ${version}` },
    {
      ...{ bus, clock, log: log.child({ part: "capture" }), score: scoreOf },
      protocol: (name) => liveProtocolByName(name),
      elapsedMs: () => performance.now(),
    },
  );
  const { control } = capture;
  const own = createOwnDevice(
    { baseTopic: mqtt.baseTopic, version, relays },
    { bus, clock, log, status: () => control.status(), problems: () => ports.problems?.() ?? [] },
  );
  const request = createCaptureRequests({ bus, log, control, hub, own, relays });
  const spool = await createSpoolSink(configuration, ports);
  const sinks = [capture.sink, ...(spool === undefined ? [] : [spool])];
  for (const sink of sinks) bus.subscribe(sink.name, (message) => sink.accept(message));
  return {
    ...{ own, traffic: capture.traffic, parts: [...sinks] },
    commands: commandPorts(control, relays, hub),
    spoolProblem: () => spool?.problem(),
    settings: { device: own.id, keys: own.keys, request },
  };
}

function commandPorts(control: CaptureControl, relays: readonly string[], hub: DeviceHub): CaptureCommandPorts {
  return { control, relays, devices: () => hub.devices().map(({ description }) => description.id) };
}

/** Loaded only where it is switched on. */
async function createSpoolSink(
  { spool }: Configuration,
  { clock, log }: TrafficFilesPorts,
): Promise<Spool | undefined> {
  if (spool === undefined) return undefined;
  const { createSpool } = await import("../sinks/spool/spool-sink.js");
  const archiveOf = (name: string) => liveProtocolByName(name)?.archive;
  return createSpool(spool, { clock, log: log.child({ part: "spool" }), archiveOf });
}

function scoreOf(protocol: string, kind: string): number {
  const tables = [liveProtocolByName(protocol)?.anomalies, relayAnomalies, hubAnomalies];
  return tables.map((table) => rowOf(table, kind)?.score).find((score) => score !== undefined) ?? 0;
}

function rowOf(
  table: Readonly<Record<string, { readonly score: number }>> | undefined,
  kind: string,
): { readonly score: number } | undefined {
  return table !== undefined && Object.hasOwn(table, kind) ? table[kind] : undefined;
}
