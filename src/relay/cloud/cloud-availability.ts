import type { Clock } from "../../runtime/clock.js";
import { firstDelayMs, RetryDelay } from "./retry-delay.js";

/** So that many sessions do not come back in the same instant. */
const returnSpreadMs = 2_000;
const addressLimit = 10_000;

interface Outage {
  retryAt: number;
  readonly delay: RetryDelay;
}

/**
 * Whether the cloud of a relay is worth asking, so that a device need not wait for one that is known to be away. What
 * says nothing about other devices, such as silence, is remembered for the address of the device alone.
 */
export class CloudAvailability {
  readonly #clock: Clock;
  readonly #replyTimeoutMs: number;
  readonly #random: () => number;
  #outage: Outage | undefined;
  readonly #byAddress = new Map<string, Outage>();
  readonly #waiting = new Set<() => void>();

  constructor(clock: Clock, replyTimeoutMs: number, random: () => number = Math.random) {
    this.#clock = clock;
    this.#replyTimeoutMs = replyTimeoutMs;
    this.#random = random;
  }

  /** Known to be of no use to the device at this address. */
  isAway(address: string): boolean {
    return this.#outage !== undefined || this.#byAddress.has(address);
  }

  /** True: go to the cloud. While it is away one caller is let through now and then, to see. */
  mayTry(address?: string): boolean {
    const now = this.#clock.now();
    const outages = [this.#outage, address === undefined ? undefined : this.#byAddress.get(address)];
    if (outages.some((outage) => outage !== undefined && outage.retryAt > now)) return false;
    for (const outage of outages) if (outage !== undefined) outage.retryAt = now + outage.delay.next();
    return true;
  }

  /** When `mayTry` may say something else; 0: now. */
  retryAt(address: string): number {
    return Math.max(this.#outage?.retryAt ?? 0, this.#byAddress.get(address)?.retryAt ?? 0);
  }

  /** How long to wait before something is tried again for the first time. */
  get firstRetryMs(): number {
    return firstDelayMs(this.#replyTimeoutMs);
  }

  /** The cloud serves the device at this address. True: it did not until now. */
  answered(address: string): boolean {
    this.reached();
    return this.#byAddress.delete(address);
  }

  /** A connection to the cloud came up. */
  reached(): void {
    if (this.#outage === undefined) return;
    this.#outage = undefined;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const back of waiting) this.#clock.after(this.#random() * returnSpreadMs, back);
  }

  /** Nobody gets through to the cloud. True: that is news. */
  unreachable(): boolean {
    if (this.#outage !== undefined) return false;
    this.#outage = this.#begin();
    return true;
  }

  /** It can be reached, but does not serve the device at this address. True: that is news. */
  failedFor(address: string): boolean {
    if (this.#byAddress.has(address)) return false;
    const [oldest] = this.#byAddress.keys();
    if (this.#byAddress.size >= addressLimit && oldest !== undefined) this.#byAddress.delete(oldest);
    this.#byAddress.set(address, this.#begin());
    return true;
  }

  /** Calls back once when the cloud can be reached again; returns how to give that up. */
  whenBack(back: () => void): () => void {
    this.#waiting.add(back);
    return () => this.#waiting.delete(back);
  }

  #begin(): Outage {
    const delay = new RetryDelay(this.#replyTimeoutMs, this.#random);
    return { retryAt: this.#clock.now() + delay.next(), delay };
  }
}
