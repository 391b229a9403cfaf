import type { Outbox, OutboxItem } from "../../model/ports.js";
import type { Delivery, Frame, Protocol } from "../../model/protocol.js";
import type { Clock } from "../../runtime/clock.js";
import { CloudtapError, describeError } from "../../runtime/errors.js";
import { Guard } from "../../runtime/guard.js";
import type { Logger } from "../../runtime/log.js";
import { CloudLeg } from "./cloud-leg.js";
import { RetryDelay } from "./retry-delay.js";
import { type CloudTlsMode, type Upstream, upstreamSecurity } from "./upstream.js";
import type { UpstreamHealth } from "./upstream-health.js";

/** After so many answers that say "not now" a later item tells whether it is the cloud or this one. */
const failuresUntilDoubt = 5;

export interface CourierPorts {
  readonly relay: string;
  readonly protocol: Protocol & { readonly delivery: Delivery };
  readonly outbox: Outbox;
  readonly upstream: Upstream;
  readonly upstreamTls: CloudTlsMode;
  readonly health: UpstreamHealth;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long the cloud may take for an answer. */
  readonly replyTimeoutMs: number;
  /** The cloud can be reached. */
  reached(): void;
  /** Nobody gets through to it. */
  unreachable(): void;
  /** Given up because the cloud will not take it. */
  refused(item: OutboxItem): void;
  /** 0 to 1; default Math.random. */
  random?(): number;
}

/** What came of one attempt; `away`: nothing more can be delivered for now. */
type Attempt = "delivered" | "refused" | "failed" | "away";

/** Hands in what the cloud of one relay missed: oldest first, one at a time, each on a connection of its own. */
export class Courier {
  readonly #ports: CourierPorts;
  #isRunning = false;
  #isStopped = false;
  #leg: CloudLeg | undefined;
  readonly #delay: RetryDelay;
  #cancelRetry: (() => void) | undefined;
  #announced = false;
  /** Since the outbox was empty last. */
  #delivered = 0;
  /** How often the cloud failed to serve the oldest item. */
  #failures = 0;

  constructor(ports: CourierPorts) {
    this.#ports = ports;
    this.#delay = new RetryDelay(ports.replyTimeoutMs, ports.random ?? Math.random);
  }

  /** Nothing waits for the cloud of this relay. */
  get isEmpty(): boolean {
    return this.#ports.outbox.waiting(this.#ports.relay) === 0;
  }

  /** Begins to deliver, unless it is at it, will be later, or there is nothing. */
  wake(): void {
    if (this.#isRunning || this.#isStopped || this.#cancelRetry !== undefined || this.isEmpty) return;
    this.#isRunning = true;
    this.#deliverAll()
      .catch((error: unknown) => {
        if (this.#isStopped) return;
        this.#ports.log.error({ reason: describeError(error) }, "the outbox could not be read");
        this.#tryLater();
      })
      .finally(() => {
        this.#isRunning = false;
      });
  }

  /** What is under way stays in the outbox. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelRetry?.();
    this.#leg?.finish();
  }

  async #deliverAll(): Promise<void> {
    const { outbox, relay } = this.#ports;
    for (;;) {
      const [oldest, second] = await outbox.oldest(relay, 2);
      if (this.#isStopped) return;
      if (oldest === undefined) {
        this.#finished();
        return;
      }
      const attempt = await this.#attempt(oldest.item);
      if (this.#isStopped) return;
      if (attempt === "failed") this.#failures += 1;
      if (attempt === "delivered" || attempt === "refused") await this.#settle(oldest, attempt);
      else if (attempt === "failed" && (await this.#takesLater(second))) await this.#settle(oldest, "refused");
      else {
        this.#tryLater();
        return;
      }
    }
  }

  /** A cloud that takes a later item will never serve one on which it has failed again and again. */
  async #takesLater(entry: Entry | undefined): Promise<boolean> {
    if (entry === undefined || this.#failures < failuresUntilDoubt) return false;
    const attempt = await this.#attempt(entry.item);
    if (this.#isStopped || attempt !== "delivered") return false;
    await this.#settle(entry, attempt);
    return true;
  }

  async #settle({ key, item }: Entry, attempt: "delivered" | "refused"): Promise<void> {
    const { outbox, log, refused } = this.#ports;
    await outbox.remove(key);
    this.#delay.reset();
    this.#failures = 0;
    const fields = { device: item.device, keptAt: item.keptAt };
    if (attempt === "delivered") {
      this.#delivered += 1;
      log.debug(fields, "delivered to the cloud what it had missed");
    } else {
      log.warn(fields, "the cloud refuses what it had missed");
      refused(item);
    }
  }

  async #attempt(item: OutboxItem): Promise<Attempt> {
    const { reached, unreachable, health, log } = this.#ports;
    let answer: (attempt: Attempt) => void = () => undefined;
    const answered = new Promise<Attempt>((resolve) => {
      answer = resolve;
    });
    const leg = this.#createLeg(item, (attempt) => answer(attempt));
    this.#leg = leg;
    const cancel = this.#ports.clock.after(this.#ports.replyTimeoutMs, () => answer("away"));
    try {
      await leg.dial();
      health.reached();
      reached();
      leg.write(item.bytes);
      return await answered;
    } catch (error) {
      if (error instanceof CloudtapError) {
        health.failed(error);
        unreachable();
      } else log.debug({ reason: describeError(error) }, "delivery broke off");
      return "away";
    } finally {
      cancel();
      leg.finish();
      this.#leg = undefined;
    }
  }

  /** The first whole frame that is not interim is the answer. A half close would make some servers drop the request, so there is none. */
  #createLeg(item: OutboxItem, done: (attempt: Attempt) => void): CloudLeg {
    const { protocol, clock, upstream, log } = this.#ports;
    const take = (frames: readonly Frame[]): void => {
      for (const frame of frames) {
        const verdict = frame.whole ? protocol.delivery.judge(frame) : "interim";
        if (verdict !== "interim") done(verdict);
      }
    };
    return new CloudLeg(
      {
        protocol,
        clock,
        upstream,
        security: upstreamSecurity(this.#ports.upstreamTls, item.security),
        guard: new Guard(log, "delivery"),
      },
      {
        bytes: () => undefined,
        frames: take,
        ended: (rest) => {
          take(rest);
          done("away");
        },
        failed: () => done("away"),
        drained: () => undefined,
      },
    );
  }

  #tryLater(): void {
    const { clock, log, outbox, relay } = this.#ports;
    const delayMs = this.#delay.next();
    const fields = { waiting: outbox.waiting(relay), retryInS: Math.round(delayMs / 1000) };
    if (this.#announced) log.debug(fields, "reports wait for the cloud");
    else log.warn(fields, "reports wait for the cloud");
    this.#announced = true;
    this.#cancelRetry = clock.after(delayMs, () => {
      this.#cancelRetry = undefined;
      this.wake();
    });
  }

  #finished(): void {
    const fields = { delivered: this.#delivered };
    if (this.#delivered > 0) this.#ports.log.info(fields, "the cloud has everything that it had missed");
    this.#announced = false;
    this.#delivered = 0;
    this.#delay.reset();
  }
}

interface Entry {
  readonly key: string;
  readonly item: OutboxItem;
}
