import type { Outbox } from "../../model/ports.js";
import type { Delivery, Frame } from "../../model/protocol.js";
import type { Clock } from "../../runtime/clock.js";
import { describeError } from "../../runtime/errors.js";
import type { Logger } from "../../runtime/log.js";
import type { CloudLeg } from "./cloud-leg.js";

export interface LateAnswersPorts {
  readonly outbox: Outbox;
  readonly delivery: Delivery;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long a cloud is given that did not answer in time. */
  readonly waitMs: number;
}

/**
 * Listens on after a device was answered here for lack of an answer: where the cloud answers late after all, it has what
 * was kept for it, and must not get it again.
 */
export class LateAnswers {
  readonly #ports: LateAnswersPorts;
  readonly #legs = new Set<CloudLeg>();

  constructor(ports: LateAnswersPorts) {
    this.#ports = ports;
  }

  /** `keys`: what was kept, in the order in which it was asked. */
  await(leg: CloudLeg, keys: readonly Promise<string | undefined>[]): void {
    const waiting = [...keys];
    const { clock, waitMs } = this.#ports;
    this.#legs.add(leg);
    const over = (): void => {
      cancel();
      this.#legs.delete(leg);
      leg.finish();
    };
    const cancel = clock.after(waitMs, over);
    const take = (frames: readonly Frame[]): void => {
      for (const frame of frames) this.#take(frame, waiting);
      if (waiting.length === 0) over();
    };
    leg.handOver({
      bytes: () => undefined,
      frames: (frames) => take(frames),
      ended: (rest) => {
        take(rest);
        over();
      },
      failed: over,
      drained: () => undefined,
    });
  }

  stop(): void {
    for (const leg of this.#legs) leg.finish();
    this.#legs.clear();
  }

  #take(frame: Frame, waiting: Promise<string | undefined>[]): void {
    const { delivery, outbox, log } = this.#ports;
    if (!frame.whole) return;
    const verdict = delivery.judge(frame);
    if (verdict === "interim") return;
    const key = waiting.shift();
    if (key === undefined || verdict !== "delivered") return;
    log.info({}, "the cloud answered late; what was kept for it is not delivered again");
    const removed = key.then((known) => (known === undefined ? undefined : outbox.remove(known)));
    removed.catch((error: unknown) => {
      log.warn({ code: "STORE_FAILED", reason: describeError(error) }, "a delivered report could not be removed");
    });
  }
}
