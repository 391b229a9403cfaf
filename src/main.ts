import { readFile } from "node:fs/promises";
import { embeddedBrokerUrl } from "./config/broker.js";
import type { Configuration, ListenEndpoint, RelayConfiguration } from "./config/configuration.js";
import { formatEndpoint, isEveryAddress } from "./config/endpoint.js";
import { createAnomalyLog } from "./devices/anomaly-log.js";
import { type Commands, createCommands } from "./devices/commands.js";
import { createDeviceHub, type DeviceHub } from "./devices/device-hub.js";
import { createDroppedReports } from "./devices/dropped-reports.js";
import { createIntake } from "./devices/intake.js";
import type { Bus, RelayStatus } from "./model/ports.js";
import { protocolByName } from "./protocols/registry.js";
import { type DeviceCertificate, loadOrCreateCertificate } from "./relay/certificates.js";
import { createRelay, type Relay, type RelayPorts } from "./relay/relay.js";
import { createWriteCarrier } from "./relay/write-carrier.js";
import { createBus } from "./runtime/bus.js";
import type { Clock } from "./runtime/clock.js";
import { CloudtapError } from "./runtime/errors.js";
import { Lifecycle, type Part } from "./runtime/lifecycle.js";
import type { Logger } from "./runtime/log.js";
import { createOffsets } from "./runtime/time-zone.js";
import { createMqttSink, type MqttOptions, type MqttSink } from "./sinks/mqtt/mqtt-sink.js";
import { type Database, openDatabase } from "./store/database.js";
import { createDeviceStore } from "./store/device-store.js";
import { createLedger } from "./store/ledger.js";
import { openMessageQueue } from "./store/message-queue.js";
import { type OutboxHead, openOutbox } from "./store/outbox.js";

export interface ApplicationPorts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly version: string;
  /** The broker to publish to; undefined: the embedded one, for `reason`. */
  readonly broker: { readonly url: string; readonly username?: string; readonly password?: string } | undefined;
  readonly reason: string;
}

/** Time that a stop may take, within the five seconds that a supervisor waits. */
const stopLimitMs = 4_500;
/** Events that wait on disk while the broker is away. */
const eventBounds = { name: "mqtt_events", maxCount: 10_000, maxBytes: 10_000_000 };
const defaultIntervalS = 300;

type SharedParts = Pick<RelayPorts, "bus" | "deliver" | "memory" | "outbox" | "refused" | "owns">;

/** All parts, built from the configuration and connected; the only place where they meet. */
export class Application {
  readonly #configuration: Configuration;
  readonly #ports: ApplicationPorts;
  readonly #lifecycle: Lifecycle;
  #certificate: Promise<DeviceCertificate> | undefined;
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
    const relays: Relay[] = [];
    const commands = this.#createCommands(bus, hub, () => relays);
    const mqtt = createMqttSink(this.#mqttOptions(), {
      ...{ log: log.child({ part: "mqtt" }), clock, version, startedAt: clock.now(), events },
      relays: (): readonly RelayStatus[] => relays.map((relay) => relay.status()),
      restored: (device, values, lastSeen) => hub.seed(device, values, lastSeen),
      write: (device, key, payload) => commands.write(device, key, payload),
    });
    this.#mqtt = mqtt;
    bus.subscribe(mqtt.name, (message) => mqtt.accept(message));
    const deliver = createIntake({ bus, ledger: createLedger(database), log });
    const refused = (item: OutboxHead): void => dropped(item, "refused by the cloud");
    const shared = { bus, deliver, memory: hub, outbox, refused, owns: hub.owns.bind(hub) };
    relays.push(...(await this.#createRelays(shared, () => relays)));
    await this.#lifecycle.start([
      { name: "store", start: async () => undefined, stop: () => database.close() },
      { name: "devices", start: () => hub.restore(), stop: () => hub.stop() },
      ...(this.#ports.broker === undefined ? [this.#embeddedBroker()] : []),
      mqtt,
      { name: "commands", start: async () => undefined, stop: async () => commands.stop() },
      { name: "relays", start: () => this.#startRelays(relays), stop: () => stopAll(relays) },
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
      defaultIntervalS: (name) => protocolByName(name)?.defaults.intervalS ?? defaultIntervalS,
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

  #mqttOptions(): MqttOptions {
    const { mqtt, relays } = this.#configuration;
    const { broker } = this.#ports;
    const { clientId, protocolVersion, baseTopic, discovery, discoveryPrefix, values } = mqtt;
    return {
      ...(broker ?? { url: loopbackUrl(mqtt.embedded.listen) }),
      control: relays.some(({ control }) => control),
      ...{ clientId, protocolVersion, baseTopic, discovery, discoveryPrefix, values },
      ...(mqtt.ca === undefined ? {} : { ca: mqtt.ca }),
      ...(mqtt.cert === undefined ? {} : { cert: mqtt.cert }),
      ...(mqtt.key === undefined ? {} : { key: mqtt.key }),
    };
  }

  /** Loaded only where it is used: it is large. */
  #embeddedBroker(): Part {
    const { log, reason } = this.#ports;
    const { listen } = this.#configuration.mqtt.embedded;
    let stop = async (): Promise<void> => undefined;
    return {
      name: "broker",
      start: async () => {
        const { startEmbeddedBroker } = await import("./sinks/mqtt/broker.js");
        try {
          const broker = await startEmbeddedBroker({ ...listen, host: listen.host ?? "0.0.0.0" }, log);
          log.info({ address: embeddedBrokerUrl(listen), reason }, "embedded broker listens");
          stop = () => broker.stop();
        } catch (error) {
          // Relaying matters more than publishing: the client goes on trying this address.
          log.error({ code: "LISTEN_FAILED", err: error }, "embedded broker does not listen");
        }
      },
      stop: () => stop(),
    };
  }

  #createRelays(parts: SharedParts, all: () => readonly Relay[]): Promise<readonly Relay[]> {
    const { log, clock } = this.#ports;
    const { relays, resolver, mqtt, dataDir, timezone } = this.#configuration;
    const broker = this.#ports.broker === undefined ? [mqtt.embedded.listen.port] : [];
    const shared = {
      ...{ ...parts, log, clock, offsetMinutes: createOffsets(timezone) },
      certificate: () => {
        // What failed is not kept: the next device that asks tries again.
        this.#certificate ??= loadOrCreateCertificate(dataDir, clock.now(), log).catch((error: unknown) => {
          this.#certificate = undefined;
          throw error;
        });
        return this.#certificate;
      },
      ownPorts: () => [...all().map((relay) => relay.port()), ...broker],
    };
    return Promise.all(
      relays.map(async (relay) => {
        const upstreamCa =
          relay.upstreamCa === undefined ? {} : { upstreamCa: await readFile(relay.upstreamCa, "utf8") };
        return createRelay(relayOptions(relay, resolver), { ...shared, ...upstreamCa });
      }),
    );
  }

  async #startRelays(relays: readonly Relay[]): Promise<void> {
    const results = await Promise.allSettled(relays.map((relay) => relay.start()));
    const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    for (const error of failures) {
      const code = error instanceof CloudtapError ? error.code : undefined;
      this.#ports.log.error({ code, err: error }, "relay does not listen");
    }
    if (failures.length === relays.length) throw failures[0];
  }
}

function relayOptions(relay: RelayConfiguration, resolver: readonly string[]) {
  const { upstreamCa: _file, protocol: name, upstream, ...options } = relay;
  if (typeof upstream === "string") throw new Error(`not built yet: ${upstream}`);
  const protocol = protocolByName(name);
  if (protocol === undefined) throw new Error(`the schema let an unknown protocol pass: ${name}`);
  return { ...options, protocol, upstream, resolver };
}

async function stopAll(relays: readonly Relay[]): Promise<void> {
  await Promise.all(relays.map((relay) => relay.stop()));
}

function loopbackUrl({ host, port }: ListenEndpoint): string {
  return `mqtt://${formatEndpoint({ host: isEveryAddress(host) ? "127.0.0.1" : host, port })}`;
}
