import type { Bus, Deliver, DeviceMemory } from "../model/ports.js";
import type { Conversation, Decoded, Frame, Protocol, Splitter } from "../model/protocol.js";
import type { Direction, SessionInfo } from "../model/session.js";
import type { EpochMs } from "../model/time.js";
import type { Clock } from "../runtime/clock.js";
import { Guard } from "../runtime/guard.js";
import type { Logger } from "../runtime/log.js";
import type { RelayAnomalyKind } from "./anomalies.js";

const faultLimit = 3;

export interface InspectionPorts {
  readonly protocol: Protocol;
  readonly session: SessionInfo;
  readonly log: Logger;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly memory: DeviceMemory;
  readonly deliver: Deliver;
  /** A whole frame came from the device. */
  reported(): void;
  /** The peer's answer to a frame of `direction` must wait for `until`. */
  hold(direction: Direction, until: Promise<unknown>): void;
}

interface Lane {
  readonly splitter: Splitter;
  lastByteAt: number;
  ended: boolean;
}

/**
 * Splitter and conversation of one session behind the fault barrier: whatever they do, bytes go on. After three faults
 * the rest of the session is not looked at.
 */
export class Inspection {
  readonly #ports: InspectionPorts;
  readonly #lanes: Readonly<Record<Direction, Lane>>;
  readonly #conversation: Conversation;
  readonly #guard: Guard;
  #unsettled = false;
  #closed = false;
  #dueAt = Number.POSITIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;

  constructor(ports: InspectionPorts) {
    const { protocol, session, memory, log } = ports;
    this.#ports = ports;
    this.#guard = new Guard(log, "inspection");
    const lane = (direction: Direction): Lane => ({
      splitter: protocol.createSplitter(direction),
      lastByteAt: 0,
      ended: false,
    });
    this.#lanes = { "device-to-cloud": lane("device-to-cloud"), "cloud-to-device": lane("cloud-to-device") };
    this.#conversation = protocol.createConversation({
      session,
      recall: (device) => memory.recall(device),
      offsetMinutes: () => 0,
      control: "off",
    });
  }

  /** A frame has begun and is not complete. */
  get hasHalfFrame(): boolean {
    if (this.#guard.failures >= faultLimit) return false;
    return (
      this.#lanes["device-to-cloud"].splitter.pendingBytes + this.#lanes["cloud-to-device"].splitter.pendingBytes > 0
    );
  }

  look(direction: Direction, chunk: Uint8Array, now: EpochMs): void {
    const lane = this.#lanes[direction];
    lane.lastByteAt = now;
    this.#unsettled = true;
    const frames = this.#guarded(direction, chunk.length, () => lane.splitter.push(chunk));
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
    this.#settle(now);
    this.#closed = true;
    this.#cancelTimer?.();
  }

  #flush(direction: Direction, now: EpochMs): void {
    const lane = this.#lanes[direction];
    const { splitter } = lane;
    // Whatever the splitter keeps back now waits anew, so that the timer never spins.
    lane.lastByteAt = now;
    const frames = this.#guarded(direction, splitter.pendingBytes, () => splitter.end());
    if (frames !== undefined) this.#receive(frames, now);
  }

  #receive(frames: readonly Frame[], now: EpochMs): void {
    for (const frame of frames) {
      this.#guarded(frame.direction, frame.bytes.length, () => {
        if (frame.whole) this.#whole(frame, now);
        else this.#unframed(frame, now);
      });
    }
  }

  #whole(frame: Frame, now: EpochMs): void {
    const { session, log, bus, reported } = this.#ports;
    const { direction } = frame;
    const bytes = frame.bytes.length;
    const decoded = this.#conversation.receive(frame, now);
    const { role, label } = decoded;
    if (log.isLevelEnabled("debug")) log.debug({ direction, role, bytes, label }, "frame");
    if (direction === "device-to-cloud") reported();
    bus.publish({ type: "frame", session, direction, role, label, bytes });
    const until = this.#deliver(decoded, now);
    if (until !== undefined) this.#ports.hold(direction, until);
  }

  #unframed(frame: Frame, now: EpochMs): void {
    const { direction, fault } = frame;
    this.#conversation.receiveUnframed?.(frame, now);
    if (fault === undefined) return;
    const { session, bus } = this.#ports;
    bus.publish({ type: "anomaly", session, anomaly: { direction, ...fault }, at: now });
  }

  #settle(now: EpochMs): void {
    if (!this.#unsettled) return;
    this.#unsettled = false;
    this.#guarded("device-to-cloud", 0, () => {
      const decoded = this.#conversation.settle?.(now);
      if (decoded !== undefined) void this.#deliver(decoded, now);
    });
  }

  #deliver(decoded: Decoded, now: EpochMs): Promise<boolean> | undefined {
    return this.#ports.deliver(this.#ports.session, decoded, now);
  }

  #guarded<T>(direction: Direction, bytes: number, look: () => T): T | undefined {
    const before = this.#guard.failures;
    if (before >= faultLimit) return undefined;
    const result = this.#guard.run(look);
    if (this.#guard.failures > before) this.#faulted(direction, bytes);
    return result;
  }

  #faulted(direction: Direction, bytes: number): void {
    const { session, bus, log, clock } = this.#ports;
    const gaveUp = this.#guard.failures >= faultLimit;
    if (this.#guard.failures === 1 || gaveUp)
      log.warn({ direction, bytes, gaveUp }, "bytes relayed without being decoded");
    const kind: RelayAnomalyKind = "decoder_fault";
    const detail = `${bytes} bytes were not decoded${gaveUp ? ", nor will be the rest of this session" : ""}`;
    bus.publish({ type: "anomaly", session, anomaly: { kind, direction, detail }, at: clock.now() });
  }

  /** One timer for all that waits. It is set only when something is due earlier than it would ring. */
  #watch(now: number): void {
    if (this.#closed || this.#guard.failures >= faultLimit) return;
    const dueAt = this.#nextDue();
    if (dueAt >= this.#dueAt) return;
    this.#cancelTimer?.();
    this.#dueAt = dueAt;
    this.#cancelTimer = this.#ports.clock.after(Math.max(0, dueAt - now), () => this.#ring());
  }

  #nextDue(): number {
    const { quietMs } = this.#conversation;
    const { "device-to-cloud": up, "cloud-to-device": down } = this.#lanes;
    const settleAt =
      quietMs === undefined || !this.#unsettled
        ? Number.POSITIVE_INFINITY
        : Math.max(up.lastByteAt, down.lastByteAt) + quietMs;
    return Math.min(settleAt, staleAt(up), staleAt(down));
  }

  #ring(): void {
    this.#dueAt = Number.POSITIVE_INFINITY;
    const now = this.#ports.clock.now();
    for (const direction of ["device-to-cloud", "cloud-to-device"] as const) {
      if (staleAt(this.#lanes[direction]) <= now) this.#flush(direction, now);
    }
    const { quietMs } = this.#conversation;
    const { "device-to-cloud": up, "cloud-to-device": down } = this.#lanes;
    if (quietMs !== undefined && Math.max(up.lastByteAt, down.lastByteAt) + quietMs <= now) this.#settle(now);
    this.#watch(now);
  }
}

/** When half a frame has waited long enough for its rest. */
function staleAt({ splitter, lastByteAt }: Lane): number {
  const waits = splitter.pendingBytes > 0 && splitter.staleAfterMs > 0;
  return waits ? lastByteAt + splitter.staleAfterMs : Number.POSITIVE_INFINITY;
}
