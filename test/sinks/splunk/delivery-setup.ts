import type { Collector } from "../../../src/sinks/splunk/collector.js";
import { Delivery } from "../../../src/sinks/splunk/delivery.js";
import { createLineEncoder } from "../../../src/sinks/splunk/event-line.js";
import type { Outcome } from "../../../src/sinks/splunk/outcome.js";
import { createDeliveryMark } from "../../../src/store/delivery-mark.js";
import { type BoundedQueue, openMessageQueue } from "../../../src/store/message-queue.js";
import { FakeClock } from "../../support/fake-clock.js";
import { recordLog } from "../../support/log-recorder.js";
import type { MemoryDatabase } from "../../support/memory-database.js";
import { options } from "./splunk-setup.js";

export interface HandedEvent {
  readonly id: string;
  readonly isResend: boolean;
}

/** What the collector does with a batch: undefined is never answered. */
export type React = (events: readonly HandedEvent[]) => Outcome | undefined;

/** A collector that only decides. */
export class ScriptedCollector implements Collector {
  /** Every batch that was handed over. */
  readonly handed: (readonly HandedEvent[])[] = [];
  react: React;
  isIndexed: (ackId: number) => boolean = () => true;
  /** How often it was asked for an acknowledgement. */
  asked = 0;
  #giveUp: (() => void) | undefined;

  constructor(react: React = () => ({ type: "accepted" })) {
    this.react = react;
  }

  hand(lines: readonly string[]): Promise<Outcome> {
    const events = lines.map((line): HandedEvent => {
      const { event }: { readonly event: { readonly id: string; readonly resend?: true } } = JSON.parse(line);
      return { id: event.id, isResend: event.resend === true };
    });
    this.handed.push(events);
    const outcome = this.react(events);
    if (outcome !== undefined) return Promise.resolve(outcome);
    return new Promise((resolve) => {
      this.#giveUp = () => resolve({ type: "failed", grade: "away", reason: "given up", hint: "" });
    });
  }

  async acknowledged(ackId: number): Promise<boolean> {
    this.asked += 1;
    return this.isIndexed(ackId);
  }

  close(): void {
    this.#giveUp?.();
  }
}

export interface Run {
  readonly clock: FakeClock;
  readonly delivery: Delivery;
  readonly queue: BoundedQueue;
  readonly logs: ReturnType<typeof recordLog>;
}

/** One life of the program: what waits of an earlier one is there. Waits that are left to chance are the longest. */
export async function startRun(db: MemoryDatabase, collector: Collector): Promise<Run> {
  const clock = new FakeClock();
  const logs = recordLog();
  const queue = await openMessageQueue(db, { name: "splunk", maxCount: 100_000, maxBytes: 50_000_000 }, logs.log);
  const delivery = new Delivery({
    ...{ queue, collector, clock, log: logs.log, mark: createDeliveryMark(db, "splunk") },
    ...{ encode: createLineEncoder(options), random: () => 1 },
  });
  await delivery.start();
  return { clock, delivery, queue, logs };
}

/** Lets everything run that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Moves on by `ms`, in steps, so that what one wait leads to is there before the next. */
export async function pass(clock: FakeClock, ms: number, stepMs = 1_000): Promise<void> {
  await settle();
  for (let left = ms; left > 0; left -= stepMs) {
    clock.advance(Math.min(stepMs, left));
    await settle();
  }
}
