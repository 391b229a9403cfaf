import { fileURLToPath } from "node:url";
import type { Configuration, WebConfiguration } from "../../config/configuration.js";
import type { DeviceHub } from "../../devices/device-hub.js";
import type { DeviceEncryption } from "../../devices/encryption.js";
import type { ProgramStatus } from "../../doctor/status.js";
import type { DeviceId } from "../../model/device.js";
import type { Bus, Outbox } from "../../model/ports.js";
import type { DecodeTiming } from "../../model/timing.js";
import type { TrafficObserver } from "../../model/traffic.js";
import type { Clock } from "../../runtime/clock.js";
import type { Part } from "../../runtime/lifecycle.js";
import type { Logger } from "../../runtime/log.js";
import type { QueueState, SinkState } from "../../sinks/prometheus/prometheus-sink.js";
import type { Database } from "../../store/database.js";
import type { ProgramView } from "../../web/api-types.js";
import { createWebServer } from "../../web/server.js";
import type { CaptureCommandPorts } from "../capture-commands.js";
import { createChecklist } from "../checklist.js";
import type { HealthParts } from "../health.js";
import { createMetrics } from "../metrics.js";
import { createDownloads } from "./capture-downloads.js";
import { createDeviceSources } from "./device-sources.js";
import { createLiveFeed } from "./live-feed.js";
import { createNotes, type PageNotes } from "./notes.js";
import { createPageSources } from "./page-sources.js";
import { type BeginWrite, createWrites } from "./page-writes.js";
import { loadProtocols } from "./whole-registry.js";

/** Functions are not called before the server is started. */
export interface PagePorts extends HealthParts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  readonly database: Database;
  readonly hub: DeviceHub;
  readonly encryption: DeviceEncryption;
  readonly outbox: Outbox;
  readonly capture: CaptureCommandPorts;
  /** Cloudtap's own device, which is not shown. */
  readonly own: DeviceId;
  /** True: the broker is the embedded one. */
  readonly hasEmbeddedBroker: boolean;
  /** What the Supervisor put into SUPERVISOR_TOKEN. */
  readonly supervisorToken?: string | undefined;
  readonly beginWrite: BeginWrite;
  status(): ProgramStatus;
  queues(): readonly QueueState[];
  sinks(): readonly SinkState[];
  portOf(relay: string): number;
}

/** The page with what is served beside it, and what is noted of the traffic for it. */
export interface Page {
  readonly traffic: readonly TrafficObserver[];
  readonly timing: DecodeTiming;
  /** To be started before sessions begin, and stopped after they have ended. */
  readonly notes: readonly Part[];
  readonly server: Part;
}

/** The only address from which Home Assistant's ingress calls: the Supervisor's, in the network of its apps. */
const ingressPeer = "172.30.32.2";
/** Of the compiled program. */
const assets = fileURLToPath(new URL("../../page", import.meta.url));

/** To be created before the relays. Undefined: nothing is served. */
export function createPage(configuration: Configuration, ports: PagePorts): Page | undefined {
  const { web } = configuration;
  return web === undefined ? undefined : createServedPage(configuration, web, ports);
}

function createServedPage(configuration: Configuration, web: WebConfiguration, ports: PagePorts): Page {
  const { bus, clock, log, supervisorToken, capture } = ports;
  const notes = createNotes(configuration, web.historyMs, ports);
  const metrics = createMetrics({
    ...ports,
    traffic: () => notes.sessions.totals(),
    capture: () => capture.control.status(),
  });
  bus.subscribe(metrics.name, (message) => metrics.accept(message));
  const isApp = supervisorToken !== undefined && supervisorToken !== "";
  const server = createWebServer(
    { listen: web.listen, hosts: web.hosts, ingress: isApp ? { supervisor: ingressPeer } : undefined, assets },
    createSources(configuration, web, { ...ports, notes, metrics: () => metrics.metrics() }),
    { clock, log: log.child({ part: "page" }) },
  );
  return {
    traffic: [...notes.traffic, metrics.traffic],
    timing: metrics.timing,
    notes: [...notes.parts, metrics],
    server,
  };
}

interface SourcesPorts extends PagePorts {
  readonly notes: PageNotes;
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
}

function createSources(configuration: Configuration, web: WebConfiguration, ports: SourcesPorts) {
  const { bus, clock, hub, version, capture, problems, health, own, beginWrite } = ports;
  const feed = createLiveFeed(bus, own);
  problems.onChanged(() => feed.overviewChanged());
  const present = () => problems.problems();
  return createPageSources(configuration, {
    ...ports,
    feed,
    problems: present,
    health: () => health.health(),
    relays: () => ports.status().relays,
    known: () => hub.devices(),
    checklist: createChecklist(configuration, { ...ports, supervisorToken: ports.supervisorToken }),
    devices: createDeviceSources(configuration, {
      ...ports,
      problems: present,
      write: createWrites(bus, clock, beginWrite),
    }),
    downloads: createDownloads({
      ...{ control: capture.control, redact: configuration.capture.redact, application: `Cloudtap ${version}` },
      ...{ now: () => clock.now(), protocols: loadProtocols },
    }),
    program: () => programViewOf(configuration, web, ports),
  });
}

function programViewOf({ timezone }: Configuration, { historyMs }: WebConfiguration, ports: PagePorts): ProgramView {
  const { version, startedAt, broker } = ports.status();
  return {
    ...{ version, startedAt, now: ports.clock.now(), historyHours: historyMs / 3_600_000 },
    broker: { url: broker?.url ?? "", connected: broker?.connected === true, embedded: ports.hasEmbeddedBroker },
    timezone: timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}
