import { Socket } from "node:net";
import type { IClientOptions, MqttClient } from "mqtt";
import type { LinkFailure } from "./failures.js";

export type ProtocolVersion = "5" | "3.1.1";

/**
 * Tells how a publication ended: without an error the broker has it, an error with a `code` says that it refused.
 * Called once, never before `publish` returned; when the link is lost, after `closed`.
 */
export type Published = (error?: Error) => void;

export interface Publication {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

/** One connection that the broker accepted. */
export interface Link {
  readonly protocolVersion: ProtocolVersion;
  /** With QoS 1. Callers bound what they have under way: beyond the broker's own limit it waits here. */
  publish(publication: Publication, done: Published): void;
  /**
   * With QoS 1; rejects where the broker refuses. `asPublished`: what others publish as retained comes as retained also
   * where it is new; only MQTT 5 can do it.
   */
  subscribe(topics: readonly string[], asPublished?: boolean): Promise<void>;
  unsubscribe(topics: readonly string[]): Promise<void>;
  /** Says goodbye, so that the broker does not publish the last will. */
  end(): void;
  /** Hangs up; the broker publishes the last will. */
  destroy(): void;
}

export interface LinkEvents {
  opened(link: Link): void;
  message(topic: string, payload: Buffer, retained: boolean): void;
  /** Once, whether or not it ever opened. */
  closed(failure: LinkFailure): void;
}

interface BrokerLimits {
  readonly receiveMaximum?: number;
  readonly maximumPacketSize?: number;
}

/** Like the reason code that a broker would answer with. */
class RefusedByLimit extends Error {
  readonly code = 149;

  constructor() {
    super("message too large for the broker");
  }
}

/** mqtt.js's `connect`, passed in because the library is loaded only once relays may listen. */
export type Connect = (options: IClientOptions) => MqttClient;

const connectTimeoutMs = 10_000;
const keepaliveS = 30;

/**
 * Tries one connection. Of mqtt.js only the protocol is used: it neither reconnects nor queues, since what is worth
 * sending after an outage is known elsewhere.
 */
export function openLink(connect: Connect, client: IClientOptions, version: ProtocolVersion, events: LinkEvents) {
  const mqtt = connect({
    ...client,
    protocolVersion: version === "5" ? 5 : 4,
    clean: true,
    keepalive: keepaliveS,
    connectTimeout: connectTimeoutMs,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    timerVariant: "native",
  });
  return new MqttLink(mqtt, version, events);
}

class MqttLink implements Link {
  readonly protocolVersion: ProtocolVersion;
  readonly #mqtt: MqttClient;
  readonly #events: LinkEvents;
  readonly #underWay = new Set<Published>();
  readonly #waiting: { readonly publication: Publication; readonly done: Published }[] = [];
  #limits: BrokerLimits = {};
  #opened = false;
  #ending = false;
  #closed = false;
  #serverReason: number | undefined;

  constructor(mqtt: MqttClient, version: ProtocolVersion, events: LinkEvents) {
    this.#mqtt = mqtt;
    this.protocolVersion = version;
    this.#events = events;
    if (mqtt.stream instanceof Socket) mqtt.stream.setNoDelay(true);
    mqtt.on("connect", (connack) => this.#open(connack.properties ?? {}));
    mqtt.on("message", (topic, payload, packet) => events.message(topic, payload, packet.retain));
    mqtt.on("disconnect", ({ reasonCode }) => {
      this.#serverReason = reasonCode;
    });
    mqtt.on("error", (error) => this.#fail("code" in error ? error.code : undefined, error.message));
    mqtt.on("close", () => this.#fail(this.#serverReason, "connection closed by the broker"));
  }

  publish(publication: Publication, done: Published): void {
    const { receiveMaximum = 65_535 } = this.#limits;
    if (this.#closed || this.#ending) process.nextTick(done, new Error("connection lost"));
    else if (this.#isTooLarge(publication)) process.nextTick(done, new RefusedByLimit());
    else if (this.#underWay.size >= receiveMaximum) this.#waiting.push({ publication, done });
    else this.#send(publication, done);
  }

  async subscribe(topics: readonly string[], asPublished = false): Promise<void> {
    if (this.#closed) throw new Error("connection lost");
    await this.#mqtt.subscribeAsync([...topics], { qos: 1, rap: asPublished });
  }

  async unsubscribe(topics: readonly string[]): Promise<void> {
    if (this.#closed) throw new Error("connection lost");
    await this.#mqtt.unsubscribeAsync([...topics]);
  }

  end(): void {
    this.#ending = true;
    this.#mqtt.end({ reasonCode: 0 });
  }

  destroy(): void {
    this.#fail(undefined, "given up");
  }

  #open(limits: BrokerLimits): void {
    if (this.#closed) return;
    this.#opened = true;
    this.#limits = limits;
    this.#events.opened(this);
  }

  /** A broker hangs up on a packet beyond its limit, so it must not be sent: it would be again after each reconnect. */
  #isTooLarge({ topic, payload }: Publication): boolean {
    const { maximumPacketSize } = this.#limits;
    if (maximumPacketSize === undefined || payload.length * 3 + topic.length * 3 + 16 <= maximumPacketSize)
      return false;
    return Buffer.byteLength(payload) + Buffer.byteLength(topic) + 16 > maximumPacketSize;
  }

  #send({ topic, payload, retain }: Publication, done: Published): void {
    this.#underWay.add(done);
    this.#mqtt.publish(topic, payload, { qos: 1, retain }, (error) => {
      if (!this.#underWay.delete(done)) return;
      done(error ?? undefined);
      const next = this.#closed ? undefined : this.#waiting.shift();
      if (next !== undefined) this.#send(next.publication, next.done);
    });
  }

  #fail(code: unknown, message: string): void {
    if (this.#closed) return;
    this.#closed = true;
    const abandoned = [...this.#underWay, ...this.#waiting.map(({ done }) => done)];
    this.#underWay.clear();
    this.#waiting.length = 0;
    const known = typeof code === "number" || typeof code === "string" ? code : undefined;
    // First the news, then the publications: who hears of theirs must know already that it was not refused.
    this.#events.closed({ opened: this.#opened, code: this.#serverReason ?? known, message });
    this.#mqtt.end(true);
    for (const done of abandoned) done(new Error("connection lost"));
  }
}
