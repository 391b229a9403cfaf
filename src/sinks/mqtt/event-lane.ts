import type { DeviceId } from "../../model/device.js";
import type { MessageQueue } from "../../model/ports.js";
import type { JsonObject } from "../../model/value.js";
import type { Logger } from "../../runtime/log.js";
import type { Link } from "./link.js";

/** Events that may wait for the disk to take them; a disk that hangs must not fill the memory. */
const maxUnwritten = 1_000;
const batchSize = 32;

/** What is told once: something that happened to a device, or how a write to it ended. */
export type EventChannel = "event" | "response";

/**
 * Events go through the queue on disk and leave it once the broker has them, so neither an outage nor a crash loses
 * one. In order; at least once.
 */
export class EventLane {
  readonly #queue: MessageQueue;
  readonly #topicOf: Readonly<Record<EventChannel, (device: DeviceId) => string>>;
  readonly #log: Logger;
  #link: Link | undefined;
  readonly #writing = new Set<Promise<void>>();
  #lost = 0;
  #draining: Promise<void> | undefined;
  /** Something came while the queue was being emptied, perhaps too late to be seen. */
  #drainAgain = false;

  constructor(queue: MessageQueue, topicOf: Readonly<Record<EventChannel, (device: DeviceId) => string>>, log: Logger) {
    this.#queue = queue;
    this.#topicOf = topicOf;
    this.#log = log;
  }

  attach(link: Link): void {
    this.#link = link;
    this.#drain();
  }

  detach(): void {
    this.#link = undefined;
  }

  accept(device: DeviceId, payload: JsonObject, channel: EventChannel = "event"): void {
    if (this.#writing.size >= maxUnwritten) {
      this.#reportLoss(new Error("the disk does not keep up"));
      return;
    }
    const written = this.#queue
      .push(channel === "event" ? { device, payload } : { device, payload, channel })
      .catch((error: unknown) => this.#reportLoss(error))
      .finally(() => {
        this.#writing.delete(written);
        this.#drain();
      });
    this.#writing.add(written);
  }

  /** Resolves when nothing is being written or sent; what the broker does not have by then stays in the queue. */
  async idle(): Promise<void> {
    while (this.#writing.size > 0 || this.#draining !== undefined) {
      await Promise.all([...this.#writing, this.#draining]);
    }
  }

  #drain(): void {
    if (this.#link === undefined || this.#queue.size === 0) return;
    if (this.#draining !== undefined) {
      this.#drainAgain = true;
      return;
    }
    this.#draining = this.#sendAll()
      .catch((error: unknown) => this.#log.error({ err: error }, "waiting events cannot be read"))
      .finally(() => {
        this.#draining = undefined;
        const again = this.#drainAgain;
        this.#drainAgain = false;
        if (again) this.#drain();
      });
  }

  async #sendAll(): Promise<void> {
    for (let link = this.#link; link !== undefined; link = this.#link) {
      const batch = await this.#queue.peek(batchSize);
      if (batch.length === 0) return;
      const outcomes = await Promise.all(batch.map(({ message }) => this.#send(link, message)));
      const gone = outcomes.indexOf("unsent");
      const done = gone === -1 ? batch : batch.slice(0, gone);
      if (done.length > 0) await this.#queue.remove(done.map(({ key }) => key));
      if (gone !== -1 && this.#link === link) return;
    }
  }

  /** Refused: the broker will never take it, so it must not hold up the others. */
  #send(link: Link, message: JsonObject): Promise<"sent" | "refused" | "unsent"> {
    const { device, payload, channel } = message;
    if (typeof device !== "string" || payload === undefined) return Promise.resolve("refused");
    const topic = this.#topicOf[channel === "response" ? channel : "event"](device as DeviceId);
    return new Promise((resolve) => {
      link.publish({ topic, payload: JSON.stringify(payload), retain: false }, (error) => {
        if (error === undefined) resolve("sent");
        else if (this.#link !== link || !("code" in error)) resolve("unsent");
        else {
          this.#log.warn({ topic, reason: error.message }, "broker refused an event");
          resolve("refused");
        }
      });
    });
  }

  #reportLoss(error: unknown): void {
    if (this.#lost === 0) this.#log.error({ err: error, code: "STORE_FAILED" }, "event lost");
    else this.#log.debug({ err: error }, "event lost");
    this.#lost += 1;
  }
}
