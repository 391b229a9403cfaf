import { captureKey } from "../../model/capture.js";
import type { DeviceId } from "../../model/device.js";
import { readAgainKey } from "../../model/encryption.js";
import type { BusMessage, MessageQueue, RelayStatus, Sink } from "../../model/ports.js";
import type { EpochMs } from "../../model/time.js";
import type { Values } from "../../model/value.js";
import type { Clock } from "../../runtime/clock.js";
import { describeError } from "../../runtime/errors.js";
import { Guard } from "../../runtime/guard.js";
import type { Logger } from "../../runtime/log.js";
import { BridgeStatus } from "./bridge-status.js";
import { CommandInbox } from "./command-inbox.js";
import { Connector } from "./connector.js";
import { DeviceTopics } from "./device-topics.js";
import { EventLane } from "./event-lane.js";
import { Announcer } from "./homeassistant/announcer.js";
import { BirthWatch } from "./homeassistant/birth.js";
import { type Link, openLink } from "./link.js";
import { type BrokerAccess, type MqttOptions, readBrokerAccess } from "./options.js";
import { anomalyPayload, eventPayload, historicReadingPayload, responsePayload } from "./payloads.js";
import { Restore, type Restored } from "./restore.js";
import { RetainedLane, type RetainedTopic } from "./retained-lane.js";
import { Topics } from "./topics.js";

export type { MqttOptions } from "./options.js";

export interface MqttPorts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly version: string;
  readonly startedAt: EpochMs;
  /** Durable and bounded; holds events until the broker has them. */
  readonly events: MessageQueue;
  /** Where users get help; shown in Home Assistant. */
  readonly supportUrl?: string;
  relays(): readonly RelayStatus[];
  /** Called for each retained state that an earlier run left in the broker; at the first connection only. */
  restored(device: DeviceId, values: Values, lastSeen: EpochMs | undefined): void;
  /** Somebody wants a setting changed. Only with `control`. */
  write(device: DeviceId, key: string, payload: string): void;
  /** Somebody wants a device read again that is passed through unread. */
  readAgain?(device: DeviceId, payload: string): void;
  readonly own?: OwnSettings;
  /** 0 to 1; default Math.random. */
  random?(): number;
}

/** Cloudtap's own device, and what can be asked of Cloudtap itself without `control`. */
export interface OwnSettings {
  readonly device: DeviceId;
  /** Of its settings. */
  readonly keys: readonly string[];
  /** Somebody wants one of these settings changed, or captures of a device or of `bridgeId` begun or ended. */
  request(device: DeviceId, key: string, payload: string): void;
}

export interface MqttSink extends Sink {
  connected(): boolean;
  /** Resolves once the first connection is up and what the broker held is restored, or after 6 s. Never rejects. */
  ready(): Promise<void>;
}

/** Publishes devices and events to an MQTT broker, and announces them to Home Assistant. */
export function createMqttSink(options: MqttOptions, ports: MqttPorts): MqttSink {
  return new BrokerSink(options, ports);
}

const readyLimitMs = 6_000;
/** Together within the second that a stop may take. */
const drainLimitMs = 500;
const goodbyeLimitMs = 300;
const queueLimitMs = 150;

class BrokerSink implements MqttSink {
  readonly name = "mqtt";
  readonly #options: MqttOptions;
  readonly #ports: MqttPorts;
  readonly #topics: Topics;
  readonly #lane: RetainedLane;
  readonly #events: EventLane;
  readonly #announcer: Announcer;
  readonly #birth: BirthWatch;
  readonly #bridge: BridgeStatus;
  readonly #commands: CommandInbox;
  readonly #guard: Guard;
  readonly #statusTopic: string;
  readonly #devices = new Map<DeviceId, DeviceTopics>();
  /** Empty messages, by device, which have the broker forget it: it may be away when they are first sent. */
  readonly #removed = new Map<DeviceId, readonly RetainedTopic[]>();
  #connector: Connector | undefined;
  #link: Link | undefined;
  #linkGone: (() => void) | undefined;
  #restore: Restore | undefined;
  #isRestored = false;
  #isStopped = false;
  #becomeReady: () => void = () => undefined;
  readonly #ready: Promise<void>;

  constructor(options: MqttOptions, ports: MqttPorts) {
    const { log, clock, version, startedAt, supportUrl } = ports;
    this.#options = options;
    this.#ports = ports;
    this.#topics = new Topics(options.baseTopic, options.discoveryPrefix);
    this.#statusTopic = options.homeAssistantStatusTopic ?? "homeassistant/status";
    this.#guard = new Guard(log, "mqtt sink");
    this.#lane = new RetainedLane(log);
    const topicOf = {
      event: (device: DeviceId) => this.#topics.event(device),
      response: (device: DeviceId) => this.#topics.response(device),
    };
    this.#events = new EventLane(ports.events, topicOf, log);
    const write: MqttPorts["write"] = (device, key, payload) => {
      if (key === readAgainKey) ports.readAgain?.(device, payload);
      else if (key === captureKey || device === ports.own?.device) ports.own?.request(device, key, payload);
      else ports.write(device, key, payload);
    };
    this.#commands = new CommandInbox({ log, topics: this.#topics, write });
    const context = { topics: this.#topics, values: options.values, version };
    this.#announcer = new Announcer({
      ...{ log, clock, context: supportUrl === undefined ? context : { ...context, supportUrl } },
      announcing: (device) => this.#offer(this.#devices.get(device)?.staleState()),
      announced: (device) => this.#offer(this.#devices.get(device)?.all()),
    });
    this.#birth = new BirthWatch(clock, this.#random, () => this.#announcer.announceAll(true));
    const facts = () => ({ version, startedAt, relays: ports.relays() });
    this.#bridge = new BridgeStatus(this.#topics.bridgeInfo, clock, facts, (topic) => this.#lane.offer(topic));
    this.#ready = new Promise((resolve) => {
      this.#becomeReady = resolve;
    });
  }

  connected(): boolean {
    return this.#link !== undefined;
  }

  ready(): Promise<void> {
    return this.#ready;
  }

  /** Resolves before the broker is reached; throws CloudtapError for an unusable address or certificate file. */
  async start(): Promise<void> {
    const { clock } = this.#ports;
    const access = readBrokerAccess(this.#options);
    clock.after(readyLimitMs, this.#becomeReady);
    // The library takes longer to load than everything else; relays that start after this must not wait for it.
    clock.after(0, () => {
      this.#connect(access).catch((error: unknown) => this.#ports.log.error({ err: error }, "internal fault"));
    });
  }

  accept(message: BusMessage): void {
    this.#guard.run(() => this.#accept(message));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#connector?.stop();
    this.#birth.stop();
    this.#bridge.stop();
    const link = this.#link;
    if (link !== undefined) await this.#takeLeave(link);
    // What is being written to the queue must be there before the disk is closed.
    await this.#atMost(queueLimitMs, this.#events.idle());
  }

  async #takeLeave(link: Link): Promise<void> {
    await this.#atMost(drainLimitMs, Promise.all([this.#lane.idle(), this.#events.idle()]));
    this.#announcer.detach();
    this.#events.detach();
    this.#lane.detach();
    const gone = new Promise<void>((resolve) => {
      this.#linkGone = resolve;
    });
    await this.#atMost(goodbyeLimitMs, this.#sayGoodbye(link, gone));
    // Without a goodbye the broker publishes the last will, which says the same.
    link.destroy();
  }

  async #connect({ label, client }: BrokerAccess): Promise<void> {
    const { connect } = await import("mqtt");
    if (this.#isStopped) return;
    const { log, clock } = this.#ports;
    const { protocolVersion, clientId } = this.#options;
    const will = { topic: this.#topics.bridgeState, payload: "offline", qos: 1 as const, retain: true };
    this.#connector = new Connector(
      protocolVersion,
      { broker: label, clientId },
      {
        ...{ log, clock, random: this.#random },
        open: (version, events) => openLink((settings) => connect(settings), { ...client, will }, version, events),
        opened: (link) => this.#guard.run(() => this.#onOpened(link)),
        message: (topic, payload, retained) => this.#guard.run(() => this.#onMessage(topic, payload, retained)),
        closed: () => this.#guard.run(() => this.#onClosed()),
      },
    );
    this.#connector.start();
  }

  #accept(message: BusMessage): void {
    switch (message.type) {
      case "state":
        this.#offer(this.#device(message.device).setState(message.values, message.lastSeen, message.cloud));
        return;
      case "availability":
        this.#offer(this.#device(message.device).setAvailability(message.available, message.status));
        return;
      case "described":
        this.#removed.delete(message.description.id);
        this.#device(message.description.id).describe(message.description);
        if (this.#options.discovery) this.#announcer.describe(message.description);
        return;
      case "removed":
        this.#remove(message.device);
        return;
      case "event":
        this.#events.accept(message.event.device, eventPayload(message.event));
        return;
      case "reading":
        if (!message.reading.live) this.#events.accept(message.reading.device, historicReadingPayload(message.reading));
        return;
      case "anomaly": {
        const { device } = message.anomaly;
        if (device === undefined) return;
        this.#events.accept(device, anomalyPayload(message.anomaly, message.session.relay, message.at));
        return;
      }
      case "write-result": {
        const { request, result } = message;
        if (result.status !== "applied") this.#devices.get(request.device)?.doubt(request.key);
        this.#events.accept(request.device, responsePayload(request, result), "response");
        return;
      }
      case "relay":
        this.#bridge.changed();
        return;
      case "session-opened":
      case "session-closed":
      case "frame":
      case "device":
      case "seen":
      case "cloud-answered":
      case "cloud-mode":
      case "encrypted":
      case "splice-forgotten":
      case "turned-away":
      case "capture":
        return;
      default:
        message satisfies never;
    }
  }

  #onOpened(link: Link): void {
    this.#link = link;
    this.#lane.attach(link);
    this.#lane.offer({ topic: this.#topics.bridgeState, render: () => "online" });
    this.#lane.offer(this.#bridge);
    if (this.#options.discovery) this.#subscribe(link, this.#statusTopic, false);
    // At once: who sends a command waits for it. With each connection anew, so that none comes late.
    for (const topic of this.#commandTopics()) this.#subscribe(link, topic, true);
    if (this.#isRestored) this.#announce(link);
    else void this.#restoreThenAnnounce(link);
  }

  /** None of them matches what another one does: such a message would come twice. */
  #commandTopics(): readonly string[] {
    const topics = this.#topics;
    if (this.#options.control) return [topics.everyCommand];
    const { own } = this.#ports;
    if (own === undefined) return [topics.everyCommandOf(readAgainKey)];
    const settings = own.keys.map((key) => topics.command(own.device, key));
    return [topics.everyCommandOf(readAgainKey), topics.everyCommandOf(captureKey), ...settings];
  }

  #subscribe(link: Link, topic: string, asPublished: boolean): void {
    link.subscribe([topic], asPublished).catch((error: unknown) => {
      this.#ports.log.warn({ topic, reason: describeError(error) }, "subscription failed");
    });
  }

  /** Never rejects: without a restore there is only less to know. */
  async #restoreThenAnnounce(link: Link): Promise<void> {
    const restore = new Restore(this.#topics, this.#options.discovery);
    this.#restore = restore;
    try {
      const restored = await restore.run(link, this.#ports.clock);
      if (this.#link === link) this.#guard.run(() => this.#takeUp(restored));
    } catch (error) {
      const reason = describeError(error);
      if (this.#link === link) this.#ports.log.warn({ reason }, "retained messages could not be read");
    }
    if (this.#link !== link) return;
    this.#restore = undefined;
    this.#isRestored = true;
    this.#becomeReady();
    this.#guard.run(() => this.#announce(link));
  }

  /** What came in this run is newer than anything in the broker. */
  #takeUp({ states, announcements }: Restored): void {
    const { own } = this.#ports;
    this.#announcer.restore(announcements);
    for (const [device, { values, lastSeen }] of states) {
      if (device === own?.device) continue;
      const topics = this.#device(device);
      if (topics.hasState) continue;
      topics.setState(values, lastSeen);
      this.#ports.restored(device, values, lastSeen);
    }
  }

  #announce(link: Link): void {
    if (this.#options.discovery) this.#announcer.attach(link);
    for (const topics of this.#removed.values()) this.#offer(topics);
    for (const device of this.#devices.values()) this.#offer(device.all());
    this.#events.attach(link);
  }

  #onMessage(topic: string, payload: Buffer, retained: boolean): void {
    if (topic === this.#statusTopic) this.#birth.message(payload, retained);
    else {
      this.#restore?.message(topic, payload, retained);
      this.#commands.message(topic, payload, retained);
    }
  }

  #onClosed(): void {
    this.#link = undefined;
    this.#restore = undefined;
    this.#announcer.detach();
    this.#events.detach();
    this.#lane.detach();
    this.#linkGone?.();
  }

  #offer(topics: readonly RetainedTopic[] | undefined): void {
    // Until the restore has ended, a message of ours would be taken for one that an earlier run left.
    if (topics === undefined || !this.#isRestored) return;
    for (const topic of topics) this.#lane.offer(topic);
  }

  #device(id: DeviceId): DeviceTopics {
    const known = this.#devices.get(id);
    if (known !== undefined) return known;
    const topics = new DeviceTopics(id, this.#topics, this.#options.values);
    this.#devices.set(id, topics);
    return topics;
  }

  /** The document first: without its availability the device would be shown as away for a moment. */
  #remove(id: DeviceId): void {
    this.#announcer.remove(id);
    const topics = [this.#topics.discovery(id), ...(this.#devices.get(id)?.topics() ?? [])];
    this.#devices.delete(id);
    const removals = topics.map((topic) => ({ topic, render: () => "" }));
    this.#removed.set(id, removals);
    this.#offer(removals);
  }

  async #sayGoodbye(link: Link, gone: Promise<void>): Promise<void> {
    await new Promise<void>((resolve) => {
      link.publish({ topic: this.#topics.bridgeState, payload: "offline", retain: true }, () => resolve());
    });
    link.end();
    await gone;
  }

  /** Resolves with the action or after the limit, whichever is first. */
  #atMost(limitMs: number, action: Promise<unknown>): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.#ports.clock.after(limitMs, resolve);
      action.then(() => resolve(), reject).finally(cancel);
    });
  }

  readonly #random = (): number => this.#ports.random?.() ?? Math.random();
}
