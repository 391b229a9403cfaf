import { createAdmin, createStatus } from "./composition/admin.js";
import { createEmbeddedBroker, type FoundBroker, mqttOptionsOf } from "./composition/broker.js";
import { createGateway, type PrivilegedParent } from "./composition/gateway.js";
import { createHealthParts } from "./composition/health.js";
import type { Page, PagePorts } from "./composition/page/page.js";
import { queuesOf, sinksOf } from "./composition/queues.js";
import { createRelays } from "./composition/relays.js";
import { createSplunkPart } from "./composition/splunk.js";
import { createTrafficFiles } from "./composition/traffic-files.js";
import type { Configuration } from "./config/configuration.js";
import { createAnomalyLog } from "./devices/anomaly-log.js";
import { type Commands, createCommands } from "./devices/commands.js";
import { createDeviceHub, type DeviceHub } from "./devices/device-hub.js";
import { createDroppedReports } from "./devices/dropped-reports.js";
import { createDeviceEncryption, type SpliceMatch } from "./devices/encryption.js";
import { createIntake } from "./devices/intake.js";
import { createCallers } from "./doctor/callers.js";
import type { Bus, DeviceStore, RelayStatus } from "./model/ports.js";
import type { Problem } from "./model/problem.js";
import type { SpliceRecord } from "./model/splice.js";
import { combineTraffic } from "./monitoring/traffic-observers.js";
import { liveProtocolByName } from "./protocols/live-registry.js";
import type { Relay } from "./relay/relay.js";
import { SpliceMemory } from "./relay/tls/splice-memory.js";
import { createWriteCarrier } from "./relay/write-carrier.js";
import { createBus } from "./runtime/bus.js";
import type { Clock } from "./runtime/clock.js";
import { Lifecycle } from "./runtime/lifecycle.js";
import type { Logger } from "./runtime/log.js";
import { createMqttSink, type MqttSink } from "./sinks/mqtt/mqtt-sink.js";
import { openDatabase } from "./store/database.js";
import { createDeviceStore } from "./store/device-store.js";
import { createLedger } from "./store/ledger.js";
import { openMessageQueue } from "./store/message-queue.js";
import { Outage } from "./store/outage.js";
import { type OutboxHead, openOutbox } from "./store/outbox.js";
import { createSpliceStore } from "./store/splice-store.js";

export interface ApplicationPorts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly version: string;
  /** The broker to publish to; undefined: the embedded one, for `reason`. */
  readonly broker: FoundBroker | undefined;
  readonly reason: string;
  /** What the Supervisor put into SUPERVISOR_TOKEN; undefined: nobody did. */
  readonly supervisorToken?: string | undefined;
  /** Present where a process with more rights opens ports and holds interception in this one's place. */
  readonly parent?: PrivilegedParent;
}

/** Time that a stop may take, within the five seconds that a supervisor waits. */
const stopLimitMs = 4_500;
/** Events that wait on disk while the broker is away. */
const eventBounds = { name: "mqtt_events", maxCount: 10_000, maxBytes: 10_000_000 };
const defaultIntervalS = 300;

/** All parts, built from the configuration and connected; the only place where they meet. */
export class Application {
  readonly #configuration: Configuration;
  readonly #ports: ApplicationPorts;
  readonly #lifecycle: Lifecycle;
  #mqtt: MqttSink | undefined;

  constructor(configuration: Configuration, ports: ApplicationPorts) {
    this.#configuration = configuration;
    this.#ports = ports;
    this.#lifecycle = new Lifecycle(ports.log, ports.clock, stopLimitMs);
  }

  /** A relay whose port is taken says so and the others start; throws CloudtapError when none can. */
  async start(): Promise<void> {
    const configuration = this.#configuration;
    const { log, clock, version } = this.#ports;
    const database = await openDatabase(configuration.dataDir);
    const outage = new Outage(log);
    const bus = createBus(log);
    bus.subscribe("anomaly log", createAnomalyLog(log));
    const hub = this.#createHub(bus, createDeviceStore(database, log, outage));
    const events = await openMessageQueue(database, eventBounds, log);
    const dropped = createDroppedReports(bus, clock);
    const outbox = await openOutbox(database, configuration.outbox, { log, clock, dropped });
    const splices = new SpliceMemory({ store: createSpliceStore(database, log, outage), clock, log });
    const forget = (match: SpliceMatch): readonly SpliceRecord[] => splices.forget(match);
    const encryption = createDeviceEncryption({ bus, clock, log, hub, forget });
    const callers = createCallers(bus);
    const shared = { ...this.#ports, bus, hub, database, outbox, encryption };
    const problems = (): readonly Problem[] => health.problems.problems();
    const files = await createTrafficFiles(configuration, { ...shared, problems });
    const splunk = await createSplunkPart(configuration, shared);
    const relays: Relay[] = [];
    const statuses = (): readonly RelayStatus[] => relays.map((relay) => relay.status());
    const commands = this.#createCommands(bus, hub, () => relays);
    const options = mqttOptionsOf(configuration, this.#ports.broker);
    const mqtt = createMqttSink(options, {
      ...{ log: log.child({ part: "mqtt" }), clock, version, startedAt: clock.now(), events, relays: statuses },
      restored: (device, values, lastSeen) => hub.seed(device, values, lastSeen),
      write: (device, key, payload) => commands.write(device, key, payload),
      readAgain: (device, payload) => encryption.readAgain(device, payload),
      own: files.settings,
    });
    this.#mqtt = mqtt;
    bus.subscribe(mqtt.name, (message) => mqtt.accept(message));
    const ledger = createLedger(database);
    const gateway = await createGateway(configuration, {
      ...this.#ports,
      serving: () => statuses().flatMap(listening),
    });
    const health = createHealthParts(configuration, {
      ...{ ...shared, relays: statuses, gateway: () => gateway.status() },
      broker: () => ({ url: options.url, connected: mqtt.connected() }),
      capture: () => files.commands.control.status(),
      ...{ store: () => outage.reason, spool: files.spoolProblem, splunk: () => splunk?.status().detail },
    });
    const status = createStatus({
      ...{ clock, version, relays, callers, splices, gateway, mqtt, health: health.health, url: options.url },
    });
    health.problems.onChanged(() => files.own.review());
    const page = await loadPage(configuration, {
      ...{ ...shared, ...health, status, capture: files.commands, own: files.own.id },
      hasEmbeddedBroker: this.#ports.broker === undefined,
      beginWrite: (device, key, payload) => commands.write(device, key, payload),
      portOf: (name) => relays.find((relay) => relay.options.name === name)?.port() ?? 0,
      queues: () => queuesOf({ events, outbox, splunk, relays: configuration.relays }),
      sinks: () => sinksOf({ mqtt, splunk, files }),
    });
    const group = await createRelays(
      configuration,
      {
        ...{ log, clock, bus, memory: hub, outbox, splices, deliver: createIntake({ bus, ledger, log }) },
        ...{ refused: (item: OutboxHead) => dropped(item, "refused by the cloud"), owns: hub.owns.bind(hub) },
        ...{ ...gateway.relays, traffic: combineTraffic([files.traffic, ...(page?.traffic ?? [])], log) },
        ...(page === undefined ? {} : { timing: page.timing }),
      },
      this.#ports.broker === undefined ? [configuration.mqtt.embedded.listen.port] : [],
    );
    relays.push(...group.relays);
    await this.#lifecycle.start([
      { name: "store", start: async () => undefined, stop: () => database.close() },
      ...(page?.notes ?? []),
      { name: "devices", start: () => hub.restore(), stop: () => hub.stop() },
      ...(this.#ports.broker === undefined ? [createEmbeddedBroker(configuration, this.#ports.reason, log)] : []),
      mqtt,
      ...(splunk === undefined ? [] : [splunk]),
      { name: "commands", start: async () => undefined, stop: async () => commands.stop() },
      { name: "TLS memory", start: () => splices.load(), stop: () => splices.stop() },
      encryption,
      ...[...files.parts, files.own],
      group,
      health.problems,
      ...gateway.parts,
      createAdmin(configuration, { ...shared, status, ledger, capture: files.commands }),
      ...(page === undefined ? [] : [page.server]),
      health.health,
    ]);
  }

  /** Everything that is loaded late is loaded: the broker is reached, or was not in time. */
  async settled(): Promise<void> {
    await this.#mqtt?.ready();
  }

  /** False when something had to be given up for lack of time. */
  stop(): Promise<boolean> {
    return this.#lifecycle.stop();
  }

  #createHub(bus: Bus, store: DeviceStore): DeviceHub {
    const { log, clock } = this.#ports;
    const { relays } = this.#configuration;
    return createDeviceHub({
      ...{ bus, clock, log, store },
      offlineAfterMs: (name) => relays.find((relay) => relay.name === name)?.offlineAfterMs || undefined,
      defaultIntervalS: (name) => liveProtocolByName(name)?.defaults.intervalS ?? defaultIntervalS,
    });
  }

  #createCommands(bus: Bus, hub: DeviceHub, relays: () => readonly Relay[]): Commands {
    const { log, clock } = this.#ports;
    const named = (name: string) => this.#configuration.relays.find((relay) => relay.name === name);
    return createCommands({
      ...{ bus, clock, log, hub },
      carrier: createWriteCarrier(relays),
      control: (name) => named(name)?.control ?? false,
      protectLocal: (name) => named(name)?.protectLocal ?? false,
    });
  }
}

/** Loaded only where it is switched on. */
async function loadPage(configuration: Configuration, ports: PagePorts): Promise<Page | undefined> {
  if (configuration.web === undefined) return undefined;
  const { createPage } = await import("./composition/page/page.js");
  return createPage(configuration, ports);
}

function listening({ name, status }: RelayStatus): readonly string[] {
  return status === "failed" ? [] : [name];
}
