import type { Bus, Deliver, DeviceMemory } from "../model/ports.js";
import type { ControlLevel, Conversation, Decoded, Frame, Protocol } from "../model/protocol.js";
import type { Direction, SessionInfo } from "../model/session.js";
import type { EpochMs } from "../model/time.js";
import type { DecodeTiming } from "../model/timing.js";
import type { Clock } from "../runtime/clock.js";
import { Guard } from "../runtime/guard.js";
import type { Logger } from "../runtime/log.js";
import type { RelayAnomalyKind } from "./anomalies.js";
import type { SessionDevices } from "./session-devices.js";

const faultLimit = 3;

export interface ReceptionPorts {
  readonly protocol: Protocol;
  readonly session: SessionInfo;
  readonly log: Logger;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly memory: DeviceMemory;
  readonly deliver: Deliver;
  /** Minutes east of UTC where the devices stand. */
  offsetMinutes(at: EpochMs): number;
  readonly cloud: "relay" | "local" | "auto";
  readonly control: ControlLevel;
  readonly devices: SessionDevices;
  /** A whole frame came from the device. */
  reported(): void;
  /** Is told how long decoding takes; absent: nobody wants to know. */
  readonly timing?: DecodeTiming;
}

/**
 * The conversation of one session behind the fault barrier: what it decodes goes out, and whatever it does, bytes go on.
 * After three faults the rest of the session is not looked at.
 */
export class Reception {
  readonly conversation: Conversation;
  readonly #ports: ReceptionPorts;
  readonly #guard: Guard;
  #unsettled = false;

  constructor(ports: ReceptionPorts) {
    const { protocol, session, memory, log, cloud, control } = ports;
    this.#ports = ports;
    this.#guard = new Guard(log, "inspection");
    this.conversation = protocol.createConversation({
      ...{ session, cloud, control },
      recall: (device) => memory.recall(device),
      offsetMinutes: (at) => ports.offsetMinutes(at),
    });
  }

  /** Nothing is looked at any more. */
  get gaveUp(): boolean {
    return this.#guard.failures >= faultLimit;
  }

  /** Bytes came, so that there may be something to settle. */
  touch(): void {
    this.#unsettled = true;
  }

  /** Silence after which `settle` is due; undefined while there is nothing to settle. */
  get quietMs(): number | undefined {
    return this.#unsettled ? this.conversation.quietMs : undefined;
  }

  /** Takes a whole frame in. A promise says that something it told is being put on disk; false in it: it was not. */
  receive(frame: Frame, now: EpochMs): (Decoded & { readonly storing?: Promise<boolean> }) | undefined {
    return this.guarded(frame.direction, frame.bytes.length, () => {
      const { session, log, bus, reported } = this.#ports;
      const { direction, own } = frame;
      const bytes = frame.bytes.length;
      const decoded = this.#decode(frame, now);
      const { role, label } = decoded;
      if (log.isLevelEnabled("debug"))
        log.debug({ direction, role, bytes, label, ...(own === true ? { own } : {}) }, "frame");
      if (direction === "device-to-cloud") reported();
      bus.publish({
        ...{ type: "frame", session, direction, role, label, bytes, data: frame.bytes },
        ...(own === true ? { own } : {}),
      });
      const storing = this.#ports.deliver(session, decoded, now);
      this.#ports.devices.note(decoded.seen);
      return storing === undefined ? decoded : { ...decoded, storing };
    });
  }

  /** Tells of bytes that could not be framed. */
  receiveUnframed(frame: Frame, now: EpochMs): void {
    this.guarded(frame.direction, frame.bytes.length, () => {
      const { direction, fault } = frame;
      this.conversation.receiveUnframed?.(frame, now);
      if (fault === undefined) return;
      const { session, bus } = this.#ports;
      bus.publish({ type: "anomaly", session, anomaly: { direction, ...fault }, at: now });
    });
  }

  settle(now: EpochMs): void {
    if (!this.#unsettled) return;
    this.#unsettled = false;
    this.guarded("device-to-cloud", 0, () => {
      const decoded = this.conversation.settle?.(now);
      if (decoded !== undefined) void this.#ports.deliver(this.#ports.session, decoded, now);
    });
  }

  /** Undefined after a fault, and once there were three. */
  guarded<T>(direction: Direction, bytes: number, look: () => T): T | undefined {
    const before = this.#guard.failures;
    if (before >= faultLimit) return undefined;
    const result = this.#guard.run(look);
    if (this.#guard.failures > before) this.#faulted(direction, bytes);
    return result;
  }

  #decode(frame: Frame, now: EpochMs): Decoded {
    const { timing, protocol } = this.#ports;
    if (timing?.isDue() !== true) return this.conversation.receive(frame, now);
    const begin = performance.now();
    const decoded = this.conversation.receive(frame, now);
    timing.decoded(protocol.name, performance.now() - begin);
    return decoded;
  }

  #faulted(direction: Direction, bytes: number): void {
    const { session, bus, log, clock } = this.#ports;
    const { gaveUp } = this;
    if (this.#guard.failures === 1 || gaveUp)
      log.warn({ direction, bytes, gaveUp }, "bytes relayed without being decoded");
    const kind: RelayAnomalyKind = "decoder_fault";
    const detail = `${bytes} bytes were not decoded${gaveUp ? ", nor will be the rest of this session" : ""}`;
    bus.publish({ type: "anomaly", session, anomaly: { kind, direction, detail }, at: clock.now() });
  }
}
