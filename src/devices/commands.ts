import type { WriteRequest, WriteResult } from "../model/command.js";
import type { DeviceId } from "../model/device.js";
import type { EntityDescription } from "../model/entity.js";
import type { Bus, BusMessage, WriteCarrier } from "../model/ports.js";
import type { EpochMs } from "../model/time.js";
import type { Value } from "../model/value.js";
import type { Clock } from "../runtime/clock.js";
import { Guard } from "../runtime/guard.js";
import type { Logger } from "../runtime/log.js";
import { Alarm } from "./alarm.js";
import type { DeviceHub } from "./device-hub.js";
import type { KnownDevice } from "./known-device.js";
import { type Slot, type Write, WriteSlots } from "./write-slots.js";
import { readWriteValue } from "./write-value.js";

export interface CommandsPorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly hub: Pick<DeviceHub, "find" | "own" | "republish">;
  readonly carrier: WriteCarrier;
  /** Whether devices of a relay may be written to. */
  control(relay: string): boolean;
  /** Whether what was written is protected from the cloud's later writes. */
  protectLocal(relay: string): boolean;
}

/** Settings that users change from outside. Every call ends in exactly one `write-result` on the bus. */
export interface Commands {
  /** `payload` as it came over MQTT. */
  write(device: DeviceId, key: string, payload: string): void;
  /** Ends what has not ended yet. */
  stop(): void;
}

/** A device that calls is back sooner than this, also where it calls more often. */
const shortestWaitMs = 180_000;
const stopping = "Cloudtap stops";
const settings: ReadonlySet<EntityDescription["platform"]> = new Set(["number", "select", "switch", "text"]);

export function createCommands(ports: CommandsPorts): Commands {
  return new DeviceCommands(ports);
}

class DeviceCommands implements Commands {
  readonly #ports: CommandsPorts;
  readonly #guard: Guard;
  readonly #alarm: Alarm;
  readonly #slots = new WriteSlots();
  #stopped = false;

  constructor(ports: CommandsPorts) {
    this.#ports = ports;
    this.#guard = new Guard(ports.log, "commands");
    this.#alarm = new Alarm(ports.clock, () => this.#guard.run(() => this.#expire()));
    ports.bus.subscribe("commands", (message) => this.#accept(message));
  }

  write(device: DeviceId, key: string, payload: string): void {
    const accepted = this.#check(device, key, payload);
    if (typeof accepted === "string") {
      this.#refuse({ device, key, value: payload }, accepted);
      return;
    }
    const { known, value } = accepted;
    const request: WriteRequest = { device, key, value };
    const slot = this.#slots.take(device, key);
    if (slot === undefined) {
      this.#refuse(request, "too many writes are on their way already");
      return;
    }
    if (!this.#join(slot, value))
      this.#add(slot, {
        ...{ request, callers: 1, deadline: this.#deadline(known), isOutdated: false },
      });
  }

  stop(): void {
    this.#stopped = true;
    this.#alarm.cancel();
    for (const slot of this.#slots.all()) {
      const { underWay, waiting } = slot;
      slot.underWay = undefined;
      slot.waiting = undefined;
      // It may have been obeyed: nobody knows.
      this.#finish(underWay, { status: "timeout", error: `${stopping} before the device answered` });
      this.#finish(waiting, { status: "rejected", error: stopping });
    }
  }

  /** A text says why it cannot be written. */
  #check(id: DeviceId, key: string, payload: string): { readonly known: KnownDevice; readonly value: Value } | string {
    if (this.#stopped) return stopping;
    const { hub, control } = this.#ports;
    const known = hub.find(id);
    if (known === undefined) return "unknown device";
    if (!control(known.relay)) return `control is off for the relay ${known.relay}`;
    const entity = known.description.entities.findLast((one) => one.key === key);
    if (entity === undefined) return `the device has no ${key}`;
    const read = readWriteValue(entity, payload);
    if ("error" in read) return read.error;
    if (known.status !== "online") return `the device is ${known.status}`;
    return { known, value: read.value };
  }

  #deadline({ intervalS }: KnownDevice): EpochMs {
    return (this.#ports.clock.now() + Math.max(shortestWaitMs, 3_000 * intervalS)) as EpochMs;
  }

  /** True where the setting is going to get this value anyway. */
  #join(slot: Slot, value: Value): boolean {
    const { underWay, waiting } = slot;
    if (waiting?.request.value === value) {
      waiting.callers += 1;
      return true;
    }
    if (underWay?.request.value !== value) return false;
    underWay.callers += 1;
    underWay.isOutdated = false;
    slot.waiting = undefined;
    this.#replaced(waiting);
    return true;
  }

  #add(slot: Slot, write: Write): void {
    const older = slot.waiting;
    slot.waiting = write;
    if (slot.underWay !== undefined) slot.underWay.isOutdated = true;
    this.#replaced(older);
    this.#alarm.setBy(write.deadline);
    this.#carry(slot);
  }

  /** Hands over what waits, if nothing is under way and a session is there. */
  #carry(slot: Slot): void {
    const { underWay, waiting } = slot;
    if (waiting === undefined || underWay !== undefined) return;
    slot.underWay = waiting;
    slot.waiting = undefined;
    const carried = this.#guard.run(() => this.#ports.carrier.write(waiting.request));
    if (carried === undefined) {
      slot.underWay = undefined;
      if (slot.waiting === undefined) slot.waiting = waiting;
      else this.#replaced(waiting);
      return;
    }
    carried.then(
      (result) => this.#guard.run(() => this.#settle(slot, waiting, result)),
      (error: unknown) => {
        this.#ports.log.error({ err: error }, "internal fault");
        this.#guard.run(() => this.#settle(slot, waiting, { status: "timeout", error: "internal fault" }));
      },
    );
  }

  /** The session is done with it; without a result it did not come to it. */
  #settle(slot: Slot, write: Write, result: WriteResult | undefined): void {
    if (slot.underWay !== write) return;
    slot.underWay = undefined;
    if (result !== undefined) this.#finish(write, result);
    else if (slot.waiting !== undefined || write.isOutdated) this.#replaced(write);
    else {
      this.#waitAgain(slot, write);
      return;
    }
    this.#carry(slot);
  }

  #waitAgain(slot: Slot, write: Write): void {
    const { hub, clock } = this.#ports;
    const status = hub.find(write.request.device)?.status;
    if (status !== "online") this.#finish(write, { status: "rejected", error: `the device is ${status ?? "gone"}` });
    else if (write.deadline <= clock.now()) this.#timeOut(write);
    else {
      slot.waiting = write;
      this.#alarm.setBy(write.deadline);
    }
  }

  #accept(message: BusMessage): void {
    if (message.type === "seen") this.#seen(message.device);
    else if (message.type === "availability" && message.status !== "online")
      this.#rejectWaiting(message.device, `the device is ${message.status}`);
  }

  /** Tried once its session has taken in what the sign of life was told by. */
  #seen(device: DeviceId): void {
    if (!this.#slots.has(device)) return;
    queueMicrotask(() => {
      for (const slot of this.#slots.of(device)) this.#guard.run(() => this.#carry(slot));
    });
  }

  #rejectWaiting(device: DeviceId, error: string): void {
    for (const slot of this.#slots.of(device)) {
      const { waiting } = slot;
      slot.waiting = undefined;
      this.#finish(waiting, { status: "rejected", error });
    }
  }

  #expire(): void {
    const now = this.#ports.clock.now();
    for (const slot of this.#slots.all()) {
      const { waiting } = slot;
      if (waiting === undefined) continue;
      if (waiting.deadline > now) {
        this.#alarm.setBy(waiting.deadline);
        continue;
      }
      slot.waiting = undefined;
      this.#timeOut(waiting);
    }
  }

  #timeOut(write: Write): void {
    this.#finish(write, { status: "timeout", error: "the device did not call" });
  }

  #replaced(write: Write | undefined): void {
    this.#finish(write, { status: "rejected", error: "replaced by a newer value" });
  }

  /** Gives everybody who asked for it the result. It is in no slot any more. */
  #finish(write: Write | undefined, result: WriteResult): void {
    if (write === undefined) return;
    const { request, callers } = write;
    const { device, key } = request;
    const { status } = result;
    this.#slots.release(device, key);
    if (status === "applied") this.#own(request);
    const reason = status === "applied" ? {} : { reason: result.error };
    this.#ports.log.info({ device, key, status, ...reason }, "setting from outside");
    this.#publish(request, result, callers);
  }

  /** Nothing of it went anywhere, so it is not worth a line in the usual log. */
  #refuse(request: WriteRequest, error: string): void {
    const { device, key } = request;
    this.#ports.log.debug({ device, key, reason: error }, "setting from outside refused");
    this.#publish(request, { status: "rejected", error }, 1);
  }

  /** The state after a failure is the old one; said again, front ends fall back to it. */
  #publish(request: WriteRequest, result: WriteResult, times: number): void {
    const { bus, hub } = this.#ports;
    for (let count = 0; count < times; count += 1) bus.publish({ type: "write-result", request, result });
    if (result.status !== "applied") hub.republish(request.device);
  }

  #own({ device, key }: WriteRequest): void {
    const { hub, protectLocal } = this.#ports;
    const known = hub.find(device);
    const platform = known?.description.entities.findLast((one) => one.key === key)?.platform;
    if (known === undefined || platform === undefined || !settings.has(platform)) return;
    if (protectLocal(known.relay)) hub.own(device, key);
  }
}
