import { Guard } from "../../runtime/guard.js";
import type { Logger } from "../../runtime/log.js";
import type { Link } from "./link.js";

/** A retained message whose payload is made when it is sent: what was overtaken by then is never sent. */
export interface RetainedTopic {
  readonly topic: string;
  render(): string;
}

/** Enough to fill the way to the broker, little enough to stay small when it is slow. */
const window = 64;

/**
 * Sends retained messages, the newest of each topic: one a topic is under way, one waits. What is offered in one go is
 * sent once, when that go has ended: a state and the availability that follows from it make one state message. Nothing
 * is kept while there is no link; whoever offers says all again on the next one.
 */
export class RetainedLane {
  readonly #log: Logger;
  readonly #guard: Guard;
  #link: Link | undefined;
  readonly #pending = new Set<RetainedTopic>();
  readonly #underWay = new Set<RetainedTopic>();
  /** Offered again while under way. */
  readonly #again = new Set<RetainedTopic>();
  #whenIdle: (() => void)[] = [];
  #isScheduled = false;
  #refused = 0;

  constructor(log: Logger) {
    this.#log = log;
    this.#guard = new Guard(log, "retained messages");
  }

  attach(link: Link): void {
    this.detach();
    this.#link = link;
  }

  detach(): void {
    this.#link = undefined;
    this.#pending.clear();
    this.#underWay.clear();
    this.#again.clear();
    this.#settle();
  }

  offer(topic: RetainedTopic): void {
    if (this.#link === undefined) return;
    if (this.#underWay.has(topic)) {
      this.#again.add(topic);
      return;
    }
    this.#pending.add(topic);
    this.#schedule();
  }

  /** Resolves when all that was offered is with the broker, or the link is gone. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenIdle.push(resolve);
      this.#settle();
    });
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#guard.run(() => this.#pump());
    });
  }

  #pump(): void {
    const link = this.#link;
    if (link === undefined) return;
    for (const topic of this.#pending) {
      if (this.#underWay.size >= window) return;
      this.#pending.delete(topic);
      this.#underWay.add(topic);
      link.publish({ topic: topic.topic, payload: topic.render(), retain: true }, (error) => {
        if (this.#link === link) this.#onPublished(topic, error);
      });
    }
  }

  #onPublished(topic: RetainedTopic, error: Error | undefined): void {
    if (error !== undefined) this.#reportRefusal(topic, error);
    this.#underWay.delete(topic);
    if (this.#again.delete(topic)) this.#pending.add(topic);
    this.#guard.run(() => this.#pump());
    this.#settle();
  }

  #settle(): void {
    if (this.#pending.size + this.#underWay.size > 0) return;
    const waiting = this.#whenIdle;
    this.#whenIdle = [];
    for (const resolve of waiting) resolve();
  }

  /** The link is up, so the broker did not want this one; a lost link ends in `detach`. */
  #reportRefusal(topic: RetainedTopic, error: Error): void {
    const fields = { topic: topic.topic, reason: error.message };
    if (this.#refused === 0) this.#log.warn(fields, "broker refused a message");
    else this.#log.debug(fields, "broker refused a message");
    this.#refused += 1;
  }
}
