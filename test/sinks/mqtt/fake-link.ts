import type { Link, Publication, Published } from "../../../src/sinks/mqtt/link.js";

/** A link whose broker answers when the test says so. */
export class FakeLink implements Link {
  readonly protocolVersion = "5";
  readonly sent: Publication[] = [];
  readonly subscribed: string[] = [];
  destroyed = false;
  readonly #open: Published[] = [];
  readonly #isAutomatic: boolean;

  /** `automatic`: every publication is accepted soon. */
  constructor(automatic = false) {
    this.#isAutomatic = automatic;
  }

  get topics(): readonly string[] {
    return this.sent.map(({ topic }) => topic);
  }

  get underWay(): number {
    return this.#open.length;
  }

  publish(publication: Publication, done: Published): void {
    this.sent.push(publication);
    if (this.#isAutomatic) queueMicrotask(done);
    else this.#open.push(done);
  }

  /** Answers the oldest open publication. */
  acknowledge(error?: Error): void {
    this.#open.shift()?.(error);
  }

  acknowledgeAll(): void {
    while (this.#open.length > 0) this.acknowledge();
  }

  /** The connection is gone: whoever uses it must have been told before. */
  lose(): void {
    for (const done of this.#open.splice(0)) done(new Error("connection lost"));
  }

  async subscribe(topics: readonly string[]): Promise<void> {
    this.subscribed.push(...topics);
  }

  async unsubscribe(): Promise<void> {}

  end(): void {}

  destroy(): void {
    this.destroyed = true;
  }
}

/** Lets everything run that is due without a timer. */
export async function microtasks(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
