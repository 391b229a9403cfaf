import { randomUUID } from "node:crypto";
import type { BusMessage, DeliveryMark, MessageQueue, Sink } from "../../model/ports.js";
import type { Clock } from "../../runtime/clock.js";
import { Guard } from "../../runtime/guard.js";
import type { Logger } from "../../runtime/log.js";
import { AnomalyLimit } from "./anomaly-limit.js";
import { createCollector } from "./collector.js";
import { Delivery } from "./delivery.js";
import { isTold, type KeptEvent, keepEvent } from "./event-format.js";
import { createLineEncoder } from "./event-line.js";
import type { SplunkOptions } from "./options.js";

export interface SplunkPorts {
  /** Durable and bounded; holds events until Splunk has them. */
  readonly queue: MessageQueue & { readonly dropped: number };
  /** Of this queue. */
  readonly mark: DeliveryMark;
  readonly clock: Clock;
  readonly log: Logger;
  /** 0 to 1; default Math.random. */
  random?(): number;
}

export interface SplunkStatus {
  /** False: something keeps events from arriving; `detail` says what in words, and what to do. */
  readonly up: boolean;
  readonly detail?: string;
  /** Events that wait. */
  readonly queued: number;
  /** Since the start: events that Splunk took, those of them marked as resends, and those that it will never get. */
  readonly sent: number;
  readonly resent: number;
  readonly dropped: number;
}

export interface SplunkSink extends Sink {
  status(): SplunkStatus;
}

/** Events that may wait for the disk to take them; a disk that hangs must not fill the memory. */
const maxUnwritten = 4_096;
/** Together within the second that a stop may take. */
const writeLimitMs = 150;
const deliverLimitMs = 700;

/**
 * Readings, events, anomalies and ends of writes as events for Splunk's HTTP Event Collector: docs/splunk.md. Each goes
 * through the queue on disk, so neither an outage nor a crash loses one.
 */
export function createSplunkSink(options: SplunkOptions, ports: SplunkPorts): SplunkSink {
  return new HecSink(options, ports);
}

class HecSink implements SplunkSink {
  readonly name = "splunk";
  readonly #fields: SplunkOptions["fields"];
  readonly #ports: SplunkPorts;
  readonly #delivery: Delivery;
  readonly #guard: Guard;
  readonly #anomalies = new AnomalyLimit();
  /** Events on their way to the disk. */
  #unwritten = 0;
  /** Resolves when all of them are on the disk, or were given up. */
  #written: Promise<unknown> = Promise.resolve();
  #lost = 0;
  #isLosing = false;
  #isStopped = false;

  constructor(options: SplunkOptions, ports: SplunkPorts) {
    const { queue, mark, clock, log } = ports;
    this.#fields = options.fields;
    this.#ports = ports;
    this.#guard = new Guard(log, "splunk sink");
    this.#delivery = new Delivery({
      ...{ queue, mark, clock, log, encode: createLineEncoder(options) },
      collector: createCollector(options, clock),
      random: () => (ports.random ?? Math.random)(),
    });
  }

  status(): SplunkStatus {
    const { queue } = this.#ports;
    const { problem, counts } = this.#delivery;
    const { sent, resent, refused } = counts;
    const dropped = queue.dropped + refused + this.#lost;
    const state = problem === undefined ? { up: true } : { up: false, detail: `${problem.reason}; ${problem.hint}` };
    return { ...state, queued: queue.size, sent, resent, dropped };
  }

  accept(message: BusMessage): void {
    if (isTold(message)) this.#guard.run(() => this.#tell(message));
  }

  /** Rejects where the store cannot be read. */
  start(): Promise<void> {
    return this.#delivery.start();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#allWritten();
    await this.#delivery.stop(deliverLimitMs);
  }

  #tell(message: Parameters<typeof keepEvent>[0]): void {
    if (this.#isStopped) return;
    const leftOut = message.type === "anomaly" ? this.#leftOutBefore(message) : 0;
    if (leftOut === undefined) return;
    const kept = keepEvent(message, randomUUID(), this.#fields, this.#ports.clock.now());
    this.#keep(leftOut === 0 ? kept : { ...kept, event: { ...kept.event, left_out: leftOut } });
  }

  #leftOutBefore({ session, anomaly }: Extract<BusMessage, { readonly type: "anomaly" }>): number | undefined {
    const kind = `${session.relay} ${anomaly.device ?? ""} ${anomaly.kind}`;
    return this.#anomalies.admit(kind, this.#ports.clock.now());
  }

  #keep(kept: KeptEvent): void {
    if (this.#unwritten >= maxUnwritten) {
      this.#lose(new Error("the disk does not keep up"));
      return;
    }
    this.#unwritten += 1;
    this.#written = this.#ports.queue.push(kept).then(
      () => this.#onWritten(),
      (error: unknown) => {
        this.#unwritten -= 1;
        this.#lose(error);
      },
    );
  }

  #onWritten(): void {
    this.#unwritten -= 1;
    if (this.#isLosing) this.#ports.log.info({ lost: this.#lost }, "events for splunk are kept again");
    this.#isLosing = false;
    this.#delivery.wake();
  }

  #lose(error: unknown): void {
    const fields = { err: error, code: "STORE_FAILED" };
    if (this.#isLosing) this.#ports.log.debug(fields, "event for splunk lost");
    else this.#ports.log.error(fields, "event for splunk lost");
    this.#isLosing = true;
    this.#lost += 1;
  }

  #allWritten(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#ports.clock.after(writeLimitMs, resolve);
      void this.#written.then(() => {
        cancel();
        resolve();
      });
    });
  }
}
