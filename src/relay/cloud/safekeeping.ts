import type { DeviceId } from "../../model/device.js";
import type { Outbox, OutboxItem } from "../../model/ports.js";
import type { Frame, Protocol } from "../../model/protocol.js";
import type { Clock } from "../../runtime/clock.js";
import { describeError } from "../../runtime/errors.js";
import type { Logger } from "../../runtime/log.js";
import type { CloudLeg } from "./cloud-leg.js";
import type { LateAnswers } from "./late-answers.js";

export interface SafekeepingPorts {
  readonly relay: string;
  readonly protocol: Protocol;
  readonly outbox: Outbox;
  readonly lateAnswers: LateAnswers | undefined;
  readonly security: "plain" | "tls";
  readonly clock: Clock;
  readonly log: Logger;
  /** Something is on disk that the cloud must get. */
  kept(): void;
}

/** Keeps for the cloud what it misses in one session. */
export class Safekeeping {
  readonly #ports: SafekeepingPorts;
  /** In the order of the frames; undefined where it could not be kept. */
  readonly #keys: Promise<string | undefined>[] = [];

  constructor(ports: SafekeepingPorts) {
    this.#ports = ports;
  }

  /** False: it had to be kept and could not be. */
  async keep(frame: Frame, device: DeviceId | undefined): Promise<boolean> {
    const { relay, protocol, security, clock } = this.#ports;
    if (protocol.delivery?.keeps(frame) !== true) return true;
    // Whose it is must be known to tell of it, should it be dropped.
    if (device === undefined) return false;
    const key = this.#toDisk({ relay, device, keptAt: clock.now(), bytes: frame.bytes, security });
    this.#keys.push(key);
    return (await key) !== undefined;
  }

  /** The cloud did not answer in time: what was kept is watched for late answers, if there is anything. */
  takeLeg(leg: CloudLeg | undefined): void {
    const { lateAnswers } = this.#ports;
    if (leg === undefined) return;
    if (lateAnswers === undefined || this.#keys.length === 0) leg.finish();
    else lateAnswers.await(leg, this.#keys);
  }

  async #toDisk(item: OutboxItem): Promise<string | undefined> {
    const { outbox, log, kept } = this.#ports;
    try {
      const key = await outbox.keep(item);
      kept();
      return key;
    } catch (error) {
      const { device } = item;
      const reason = describeError(error);
      log.error({ device, code: "STORE_FAILED", reason }, "a report could not be kept for the cloud");
      return undefined;
    }
  }
}
