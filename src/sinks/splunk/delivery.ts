import type { DeliveryMark, MessageQueue } from "../../model/ports.js";
import type { JsonObject } from "../../model/value.js";
import { backOffMs } from "../../runtime/back-off.js";
import type { Clock } from "../../runtime/clock.js";
import { CloudtapError, describeError } from "../../runtime/errors.js";
import type { Logger } from "../../runtime/log.js";
import type { Collector } from "./collector.js";
import { type EncodeLine, isObject } from "./event-line.js";
import { type Failure, failed, type Outcome } from "./outcome.js";

/** Where only a change that somebody makes will help, the longest wait counts at once. */
const retryBounds = { firstMs: 1_000, longestMs: 60_000 };
/** A batch goes out when it has so many events or bytes, or its first event has waited so long. Larger ones would keep relaying waiting. */
const batchCount = 200;
const batchBytes = 256 * 1024;
const gatherMs = 1_000;
const askAgainMs = 2_000;
/** The first wait for an acknowledgement; doubled each time that none came. */
const acknowledgedWithinMs = 120_000;
const longestAcknowledgedMs = 600_000;

export interface DeliveryPorts {
  readonly queue: MessageQueue;
  readonly mark: DeliveryMark;
  readonly collector: Collector;
  readonly encode: EncodeLine;
  readonly clock: Clock;
  readonly log: Logger;
  /** 0 to 1. */
  random(): number;
}

/** Counts since the start. */
export interface DeliveryCounts {
  /** Events that the collector took. */
  readonly sent: number;
  /** Those of them that carried the mark of a resend. */
  readonly resent: number;
  /** Events that the collector will never take. */
  readonly refused: number;
}

interface Batch {
  readonly rows: readonly { readonly key: string; readonly message: JsonObject }[];
  readonly lines: readonly string[];
  readonly resends: number;
  /** More waits behind it. */
  readonly isFull: boolean;
}

/** `again`: at once. `later`: after a pause. `done`: when there is something new. */
type Next = "again" | "later" | "done";

/**
 * Hands over what is in the queue, one batch after the other, and removes what the collector took. Whatever may have
 * been sent before, also by an earlier run, is marked as a resend.
 */
export class Delivery {
  readonly #ports: DeliveryPorts;
  #counts: DeliveryCounts = { sent: 0, resent: 0, refused: 0 };
  /** Key of the newest event that may have been sent. */
  #mark: string | undefined;
  #limit = batchCount;
  #running: Promise<void> | undefined;
  #cancelGathering: (() => void) | undefined;
  #endPause: (() => void) | undefined;
  #isClosing = false;
  #problem: Failure | undefined;
  #failures = 0;
  #unacknowledged = 0;
  #awaySince: number | undefined;
  #wasReached = false;

  constructor(ports: DeliveryPorts) {
    this.#ports = ports;
  }

  get counts(): DeliveryCounts {
    return this.#counts;
  }

  /** What keeps events from arriving at present. */
  get problem(): Failure | undefined {
    return this.#problem;
  }

  /** Takes up where an earlier run ended. To be called before anything new is in the queue. */
  async start(): Promise<void> {
    const { queue, mark } = this.#ports;
    this.#mark = await mark.load();
    if (this.#mark !== undefined && queue.size === 0) {
      // The keys of an empty queue begin anew.
      this.#mark = undefined;
      await mark.save(undefined);
    }
    this.wake();
  }

  /** Something is in the queue. */
  wake(): void {
    const { queue, clock } = this.#ports;
    if (this.#isClosing || this.#running !== undefined || queue.size === 0) return;
    if (queue.size >= batchCount) this.#run();
    else this.#cancelGathering ??= clock.after(gatherMs, () => this.#run());
  }

  /** Hands over what is there, for at most so long; the rest stays in the queue. Never rejects. */
  async stop(limitMs: number): Promise<void> {
    const { queue, collector, clock } = this.#ports;
    this.#isClosing = true;
    this.#endPause?.();
    if (this.#running === undefined && this.#problem === undefined && queue.size > 0) this.#run();
    this.#cancelGathering?.();
    await new Promise<void>((resolve) => {
      const cancel = clock.after(limitMs, resolve);
      void (this.#running ?? Promise.resolve()).then(() => {
        cancel();
        resolve();
      });
    });
    collector.close();
    await this.#running;
  }

  #run(): void {
    this.#cancelGathering?.();
    this.#cancelGathering = undefined;
    this.#running = this.#handOver().finally(() => {
      this.#running = undefined;
      this.wake();
    });
  }

  async #handOver(): Promise<void> {
    for (let next = await this.#round(); next !== "done"; next = await this.#round()) {
      if (next === "again") continue;
      if (this.#isClosing) return;
      const { random } = this.#ports;
      const isSlow = this.#problem?.grade === "refused";
      const failures = isSlow ? Number.POSITIVE_INFINITY : this.#failures - 1;
      await this.#pause(backOffMs(failures, retryBounds, random));
      if (this.#isClosing) return;
    }
  }

  async #round(): Promise<Next> {
    try {
      const batch = await this.#prepare();
      if (batch.rows.length === 0) return "done";
      return await this.#settle(batch, await this.#ports.collector.hand(batch.lines));
    } catch (error) {
      const reason = `what waits cannot be read or removed: ${describeError(error)}`;
      const code = error instanceof CloudtapError ? error.code : "STORE_FAILED";
      return this.#fail(failed("away", reason, "check free space and permissions of data_dir"), code);
    }
  }

  async #prepare(): Promise<Batch> {
    const { queue, encode } = this.#ports;
    const waiting = await queue.peek(this.#limit);
    const mark = this.#mark;
    const lines: string[] = [];
    let bytes = 0;
    let resends = 0;
    for (const { key, message } of waiting) {
      const isResend = mark !== undefined && key <= mark;
      const line = encode(message, isResend);
      bytes += Buffer.byteLength(line) + 1;
      if (lines.length > 0 && bytes > batchBytes) break;
      lines.push(line);
      if (isResend) resends += 1;
    }
    const rows = waiting.slice(0, lines.length);
    const newest = rows.at(-1)?.key;
    if (newest !== undefined && (mark === undefined || newest > mark)) {
      await this.#ports.mark.save(newest);
      this.#mark = newest;
    }
    return { rows, lines, resends, isFull: lines.length < waiting.length || lines.length >= this.#limit };
  }

  async #settle(batch: Batch, outcome: Outcome): Promise<Next> {
    switch (outcome.type) {
      case "accepted":
        if (outcome.ackId === undefined || (await this.#isIndexed(outcome.ackId))) return this.#finish(batch);
        return this.#missAcknowledgement();
      case "invalid":
        return this.#refuse(batch, outcome.place, outcome.reason);
      case "indigestible":
        if (batch.rows.length === 1) return this.#refuse(batch, 0, outcome.reason);
        this.#limit = Math.floor(batch.rows.length / 2);
        return "again";
      case "failed":
        return this.#fail(outcome, "SPLUNK_FAILED");
    }
  }

  async #finish({ rows, resends, isFull }: Batch): Promise<Next> {
    await this.#ports.queue.remove(rows.map(({ key }) => key));
    const { sent, resent, refused } = this.#counts;
    this.#counts = { sent: sent + rows.length, resent: resent + resends, refused };
    this.#limit = Math.min(batchCount, this.#limit * 2);
    this.#unacknowledged = 0;
    this.#worked();
    return isFull ? "again" : "done";
  }

  /** Asks until the collector says so, or it took too long. */
  async #isIndexed(ackId: number): Promise<boolean> {
    const { clock, collector } = this.#ports;
    const limitMs = Math.min(longestAcknowledgedMs, acknowledgedWithinMs * 2 ** Math.min(this.#unacknowledged, 10));
    const until = clock.now() + limitMs;
    while (clock.now() < until && !this.#isClosing) {
      await this.#pause(askAgainMs);
      if (!this.#isClosing && (await collector.acknowledged(ackId))) return true;
    }
    return false;
  }

  #missAcknowledgement(): Next {
    this.#unacknowledged += 1;
    const hint =
      "look at Splunk's indexers; where a load balancer stands before them it must keep to one; or switch acknowledgement off for the token";
    return this.#fail(
      failed("away", "Splunk takes events but does not say that they are indexed", hint),
      "SPLUNK_FAILED",
    );
  }

  /** A place that the batch does not have says nothing about its events. */
  async #refuse({ rows }: Batch, place: number, reason: string): Promise<Next> {
    const row = rows[place];
    if (row === undefined) {
      const hint = "look at Splunk's own log if it stays";
      return this.#fail(
        failed("refused", `Splunk names a wrong event that was not sent: ${reason}`, hint),
        "SPLUNK_FAILED",
      );
    }
    await this.#ports.queue.remove([row.key]);
    const { refused } = this.#counts;
    this.#counts = { ...this.#counts, refused: refused + 1 };
    const { host, event } = row.message;
    const fields = {
      code: "SPLUNK_FAILED",
      host,
      ...(isObject(event) ? { id: event.id, kind: event.kind } : {}),
      reason,
    };
    if (refused === 0) this.#ports.log.warn(fields, "splunk refused an event, it is dropped");
    else this.#ports.log.debug(fields, "splunk refused an event, it is dropped");
    return "again";
  }

  /** Once a change: the same fault at each attempt is told at debug only. */
  #fail(failure: Failure, code: string): Next {
    if (this.#isClosing) return "later";
    const { log, clock, queue } = this.#ports;
    const { reason, hint, grade } = failure;
    const fields = { code, reason, hint, waiting: queue.size };
    if (this.#problem?.reason === reason) log.debug(fields, "splunk still takes no events");
    else if (grade === "refused") log.error(fields, "splunk refuses events");
    else log.warn(fields, "splunk takes no events");
    this.#awaySince ??= clock.now();
    this.#problem = failure;
    this.#failures += 1;
    return "later";
  }

  #worked(): void {
    const { log, clock, queue } = this.#ports;
    if (this.#awaySince !== undefined) {
      const awayS = Math.round((clock.now() - this.#awaySince) / 1000);
      log.info({ awayS, waiting: queue.size }, "splunk takes events again");
    } else if (!this.#wasReached) log.info("splunk takes events");
    this.#wasReached = true;
    this.#awaySince = undefined;
    this.#problem = undefined;
    this.#failures = 0;
  }

  /** Ends early when the delivery is stopped. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#ports.clock.after(ms, () => end());
      const end = (): void => {
        cancel();
        this.#endPause = undefined;
        resolve();
      };
      this.#endPause = end;
    });
  }
}
