import { createAdmin } from "./composition/admin.js";
import { createEmbeddedBroker, type FoundBroker, mqttOptionsOf } from "./composition/broker.js";
import { createGateway, type PrivilegedParent } from "./composition/gateway.js";
import { createRelays } from "./composition/relays.js";
import { createTrafficFiles } from "./composition/traffic-files.js";
import type { Configuration } from "./config/configuration.js";
import { createAnomalyLog } from "./devices/anomaly-log.js";
import { type Commands, createCommands } from "./devices/commands.js";
import { createDeviceHub, type DeviceHub } from "./devices/device-hub.js";
import { createDroppedReports } from "./devices/dropped-reports.js";
import { createDeviceEncryption, type SpliceMatch } from "./devices/encryption.js";
import { createIntake } from "./devices/intake.js";
import { createCallers } from "./doctor/callers.js";
import type { Bus, RelayStatus } from "./model/ports.js";
import type { SpliceRecord } from "./model/splice.js";
import { liveProtocolByName } from "./protocols/live-registry.js";
import type { Relay } from "./relay/relay.js";
import { SpliceMemory } from "./relay/tls/splice-memory.js";
import { createWriteCarrier } from "./relay/write-carrier.js";
import { createBus } from "./runtime/bus.js";
import type { Clock } from "./runtime/clock.js";
import { Lifecycle } from "./runtime/lifecycle.js";
import type { Logger } from "./runtime/log.js";
import { createMqttSink, type MqttSink } from "./sinks/mqtt/mqtt-sink.js";
import { type Database, openDatabase } from "./store/database.js";
import { createDeviceStore } from "./store/device-store.js";
import { createLedger } from "./store/ledger.js";
import { openMessageQueue } from "./store/message-queue.js";
import { type OutboxHead, openOutbox } from "./store/outbox.js";
import { createSpliceStore } from "./store/splice-store.js";

export interface ApplicationPorts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly version: string;
  /** The broker to publish to; undefined: the embedded one, for `reason`. */
  readonly broker: FoundBroker | undefined;
  readonly reason: string;
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
    const { log, clock, version } = this.#ports;
    const database = await openDatabase(this.#configuration.dataDir);
    const bus = createBus(log);
    bus.subscribe("anomaly log", createAnomalyLog(log));
    const hub = this.#createHub(bus, database);
    const events = await openMessageQueue(database, eventBounds, log);
    const dropped = createDroppedReports(bus, clock);
    const outbox = await openOutbox(database, this.#configuration.outbox, { log, clock, dropped });
    const splices = new SpliceMemory({ store: createSpliceStore(database, log), clock, log });
    const forget = (match: SpliceMatch): readonly SpliceRecord[] => splices.forget(match);
    const encryption = createDeviceEncryption({ bus, clock, log, hub, forget });
    const callers = createCallers(bus);
    const files = await createTrafficFiles(this.#configuration, { ...this.#ports, bus, hub });
    const relays: Relay[] = [];
    const commands = this.#createCommands(bus, hub, () => relays);
    const options = mqttOptionsOf(this.#configuration, this.#ports.broker);
    const mqtt = createMqttSink(options, {
      ...{ log: log.child({ part: "mqtt" }), clock, version, startedAt: clock.now(), events },
      relays: (): readonly RelayStatus[] => relays.map((relay) => relay.status()),
      restored: (device, values, lastSeen) => hub.seed(device, values, lastSeen),
      write: (device, key, payload) => commands.write(device, key, payload),
      readAgain: (device, payload) => encryption.readAgain(device, payload),
      own: files.settings,
    });
    this.#mqtt = mqtt;
    bus.subscribe(mqtt.name, (message) => mqtt.accept(message));
    const ledger = createLedger(database);
    const deliver = createIntake({ bus, ledger, log });
    const refused = (item: OutboxHead): void => dropped(item, "refused by the cloud");
    const serving = () => relays.map((relay) => relay.status()).flatMap(listening);
    const gateway = await createGateway(this.#configuration, { ...this.#ports, serving });
    const group = await createRelays(
      this.#configuration,
      {
        ...{ log, clock, bus, deliver, memory: hub, outbox, refused, splices, traffic: files.traffic },
        ...{ owns: hub.owns.bind(hub), ...gateway.relays },
      },
      this.#ports.broker === undefined ? [this.#configuration.mqtt.embedded.listen.port] : [],
    );
    relays.push(...group.relays);
    const admin = createAdmin(this.#configuration, {
      ...{ ...this.#ports, relays, callers, splices, encryption, gateway, mqtt, ledger, capture: files.commands },
      url: options.url,
    });
    await this.#lifecycle.start([
      { name: "store", start: async () => undefined, stop: () => database.close() },
      { name: "devices", start: () => hub.restore(), stop: () => hub.stop() },
      ...(this.#ports.broker === undefined ? [createEmbeddedBroker(this.#configuration, this.#ports.reason, log)] : []),
      mqtt,
      { name: "commands", start: async () => undefined, stop: async () => commands.stop() },
      { name: "TLS memory", start: () => splices.load(), stop: () => splices.stop() },
      encryption,
      ...[...files.parts, files.own],
      group,
      ...gateway.parts,
      admin,
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

  #createHub(bus: Bus, database: Database): DeviceHub {
    const { log, clock } = this.#ports;
    const { relays } = this.#configuration;
    return createDeviceHub({
      ...{ bus, clock, log, store: createDeviceStore(database, log) },
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

function listening({ name, status }: RelayStatus): readonly string[] {
  return status === "failed" ? [] : [name];
}
