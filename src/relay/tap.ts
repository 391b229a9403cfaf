import type { Bus } from "../model/ports.js";
import type { Direction, SessionInfo } from "../model/session.js";
import type { EpochMs } from "../model/time.js";
import type { Clock } from "../runtime/clock.js";
import type { Logger } from "../runtime/log.js";
import type { Inspection } from "./inspection.js";
import { type Leg, pauses, type Side } from "./leg.js";
import type { Passage } from "./passage.js";
import { waitForStore } from "./store-wait.js";

export interface TapPorts {
  readonly session: SessionInfo;
  readonly log: Logger;
  readonly clock: Clock;
  readonly bus: Bus;
}

export function directionFrom(side: Side): Direction {
  return side === "device" ? "device-to-cloud" : "cloud-to-device";
}

export function otherSide(side: Side): Side {
  return side === "device" ? "cloud" : "device";
}

/** Bytes go on at once and unchanged; then they are looked at. */
export class Tap implements Passage {
  readonly #ports: TapPorts;
  readonly #legs: Readonly<Record<Side, Leg>>;
  readonly #inspection: Inspection | undefined;
  readonly #holds: Record<Side, number> = { device: 0, cloud: 0 };

  /** Without `inspection` the bytes are relayed unread. */
  constructor(ports: TapPorts, legs: Readonly<Record<Side, Leg>>, inspection: Inspection | undefined) {
    this.#ports = ports;
    this.#legs = legs;
    this.#inspection = inspection;
  }

  /** Bytes or answers are still on their way. */
  get isBusy(): boolean {
    const { device, cloud } = this.#legs;
    const held = this.#holds.device + this.#holds.cloud > 0;
    return held || device.waitingBytes + cloud.waitingBytes > 0 || this.#inspection?.hasHalfFrame === true;
  }

  chunk(side: Side, chunk: Buffer, now: EpochMs): void {
    if (!this.#legs[otherSide(side)].write(chunk)) this.#legs[side].pause(pauses.slowPeer);
    const { log } = this.#ports;
    if (log.isLevelEnabled("trace")) {
      log.trace({ direction: directionFrom(side), bytes: chunk.length, hex: chunk.toString("hex") }, "chunk");
    }
    this.#inspection?.look(directionFrom(side), chunk, now);
  }

  /** `side` took what was written to it: read its peer again. */
  drained(side: Side): void {
    this.#legs[otherSide(side)].resume(pauses.slowPeer);
  }

  /** FIN from `side`: FIN to its peer, whose own direction stays open. */
  ended(side: Side, now: EpochMs): void {
    this.#legs[otherSide(side)].end();
    this.#inspection?.ended(directionFrom(side), now);
  }

  /**
   * Keeps answers to frames of `direction` back until the promise settles, ten seconds at most. They wait unread in their
   * own leg, FIN included.
   */
  hold(direction: Direction, until: Promise<boolean>): void {
    const side: Side = direction === "device-to-cloud" ? "cloud" : "device";
    this.#holds[side] += 1;
    this.#legs[side].pause(pauses.held);
    waitForStore(this.#ports, direction, until, () => {
      this.#holds[side] -= 1;
      if (this.#holds[side] === 0) this.#legs[side].resume(pauses.held);
    });
  }
}
