import type { Frame, Splitter } from "../model/protocol.js";
import type { Direction } from "../model/session.js";
import type { EpochMs } from "../model/time.js";
import { Reception, type ReceptionPorts } from "./reception.js";

export interface InspectionPorts extends ReceptionPorts {
  /** The peer's answer to a frame of `direction` must wait for `until`. */
  hold(direction: Direction, until: Promise<boolean>): void;
}

interface Lane {
  readonly splitter: Splitter;
  lastByteAt: number;
  ended: boolean;
}

/** Splitters and conversation of a session whose bytes have passed already. */
export class Inspection {
  readonly #ports: InspectionPorts;
  readonly #lanes: Readonly<Record<Direction, Lane>>;
  readonly #reception: Reception;
  #closed = false;
  #dueAt = Number.POSITIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;

  constructor(ports: InspectionPorts) {
    const { protocol } = ports;
    this.#ports = ports;
    const lane = (direction: Direction): Lane => ({
      splitter: protocol.createSplitter(direction),
      lastByteAt: 0,
      ended: false,
    });
    this.#lanes = { "device-to-cloud": lane("device-to-cloud"), "cloud-to-device": lane("cloud-to-device") };
    this.#reception = new Reception(ports);
  }

  /** A frame has begun and is not complete. */
  get hasHalfFrame(): boolean {
    if (this.#reception.gaveUp) return false;
    return (
      this.#lanes["device-to-cloud"].splitter.pendingBytes + this.#lanes["cloud-to-device"].splitter.pendingBytes > 0
    );
  }

  look(direction: Direction, chunk: Uint8Array, now: EpochMs): void {
    const lane = this.#lanes[direction];
    lane.lastByteAt = now;
    this.#reception.touch();
    const frames = this.#reception.guarded(direction, chunk.length, () => lane.splitter.push(chunk));
    if (frames !== undefined) this.#receive(frames, now);
    this.#watch(now);
  }

  /** FIN: what is pending in this direction will not be completed. */
  ended(direction: Direction, now: EpochMs): void {
    const lane = this.#lanes[direction];
    if (lane.ended) return;
    lane.ended = true;
    this.#flush(direction, now);
  }

  /** The session is over. */
  close(now: EpochMs): void {
    if (this.#closed) return;
    this.ended("device-to-cloud", now);
    this.ended("cloud-to-device", now);
    this.#reception.settle(now);
    this.#closed = true;
    this.#cancelTimer?.();
  }

  #flush(direction: Direction, now: EpochMs): void {
    const lane = this.#lanes[direction];
    const { splitter } = lane;
    // Whatever the splitter keeps back now waits anew, so that the timer never spins.
    lane.lastByteAt = now;
    const frames = this.#reception.guarded(direction, splitter.pendingBytes, () => splitter.end());
    if (frames !== undefined) this.#receive(frames, now);
  }

  #receive(frames: readonly Frame[], now: EpochMs): void {
    for (const frame of frames) {
      if (!frame.whole) this.#reception.receiveUnframed(frame, now);
      else {
        const storing = this.#reception.receive(frame, now)?.storing;
        if (storing !== undefined) this.#ports.hold(frame.direction, storing);
      }
    }
  }

  /** One timer for all that waits. It is set only when something is due earlier than it would ring. */
  #watch(now: number): void {
    if (this.#closed || this.#reception.gaveUp) return;
    const dueAt = this.#nextDue();
    if (dueAt >= this.#dueAt) return;
    this.#cancelTimer?.();
    this.#dueAt = dueAt;
    this.#cancelTimer = this.#ports.clock.after(Math.max(0, dueAt - now), () => this.#ring());
  }

  #nextDue(): number {
    const { "device-to-cloud": up, "cloud-to-device": down } = this.#lanes;
    return Math.min(this.#settleAt(), staleAt(up), staleAt(down));
  }

  #settleAt(): number {
    const { quietMs } = this.#reception;
    const { "device-to-cloud": up, "cloud-to-device": down } = this.#lanes;
    return quietMs === undefined ? Number.POSITIVE_INFINITY : Math.max(up.lastByteAt, down.lastByteAt) + quietMs;
  }

  #ring(): void {
    this.#dueAt = Number.POSITIVE_INFINITY;
    const now = this.#ports.clock.now();
    for (const direction of ["device-to-cloud", "cloud-to-device"] as const) {
      if (staleAt(this.#lanes[direction]) <= now) this.#flush(direction, now);
    }
    if (this.#settleAt() <= now) this.#reception.settle(now);
    this.#watch(now);
  }
}

/** When half a frame has waited long enough for its rest. */
function staleAt({ splitter, lastByteAt }: Lane): number {
  const waits = splitter.pendingBytes > 0 && splitter.staleAfterMs > 0;
  return waits ? lastByteAt + splitter.staleAfterMs : Number.POSITIVE_INFINITY;
}
