import type { WriteRequest } from "../model/command.js";
import type { DeviceId } from "../model/device.js";
import type { EpochMs } from "../model/time.js";

/** One value on its way to a device, for everybody who wants it there. */
export interface Write {
  readonly request: WriteRequest;
  /** How many results are owed. */
  callers: number;
  /** Until when it may wait for a session. */
  readonly deadline: EpochMs;
  /** Another value was taken after it: it is not tried again, whatever became of that one. */
  isOutdated: boolean;
}

/** What is on its way to one setting: handed to a session, and waiting for that to end or for a session. */
export interface Slot {
  underWay: Write | undefined;
  waiting: Write | undefined;
}

const slotsPerDevice = 64;
const slotLimit = 1_000;

/** Every setting that something is on its way to. */
export class WriteSlots {
  readonly #devices = new Map<DeviceId, Map<string, Slot>>();
  #count = 0;

  /** Makes an empty slot where there is none; undefined: there is no room for it. */
  take(device: DeviceId, key: string): Slot | undefined {
    const slots = this.#devices.get(device) ?? new Map<string, Slot>();
    const known = slots.get(key);
    if (known !== undefined) return known;
    if (slots.size >= slotsPerDevice || this.#count >= slotLimit) return undefined;
    const slot: Slot = { underWay: undefined, waiting: undefined };
    this.#devices.set(device, slots.set(key, slot));
    this.#count += 1;
    return slot;
  }

  /** Forgets the slot of a setting that nothing is on its way to any more. */
  release(device: DeviceId, key: string): void {
    const slots = this.#devices.get(device);
    const slot = slots?.get(key);
    if (slots === undefined || slot === undefined) return;
    if (slot.underWay !== undefined || slot.waiting !== undefined) return;
    slots.delete(key);
    this.#count -= 1;
    if (slots.size === 0) this.#devices.delete(device);
  }

  has(device: DeviceId): boolean {
    return this.#devices.has(device);
  }

  /** In the order in which they were asked for. A copy: what is done with a slot may release it. */
  of(device: DeviceId): readonly Slot[] {
    return [...(this.#devices.get(device)?.values() ?? [])];
  }

  all(): readonly Slot[] {
    return [...this.#devices.values()].flatMap((slots) => [...slots.values()]);
  }
}
