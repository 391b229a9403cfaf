import type { DeviceDescription, DeviceId } from "../model/device.js";
import type { EnergyDayRecord } from "../model/history.js";
import type { Bus, BusMessage, EnergyStore } from "../model/ports.js";
import type { EpochMs } from "../model/time.js";
import type { Values } from "../model/value.js";
import type { Clock } from "../runtime/clock.js";
import { Guard } from "../runtime/guard.js";
import type { Part } from "../runtime/lifecycle.js";
import type { Logger } from "../runtime/log.js";
import { type EnergyCounter, energyCounterOf, gainOf, nextEnergyDay } from "./energy-counter.js";
import { shiftDay } from "./shift-day.js";

export interface EnergyDaysOptions {
  readonly bus: Bus;
  readonly store: EnergyStore;
  readonly clock: Clock;
  readonly log: Logger;
  /** The local day of a time, as `2026-11-21`; asked for every state. */
  dayOf(at: EpochMs): string;
}

export interface DayEnergy {
  /** `2026-11-21`. */
  readonly day: string;
  /** Null: nothing is known of that day. */
  readonly kwh: number | null;
  /** False: the day is not over, or the counter was not known on the day before. */
  readonly complete: boolean;
}

/** What devices brought each day, told by their lifetime counters; kept for 400 days. */
export interface EnergyDays extends Part {
  /** The counter that is drawn; undefined: the device has none. */
  counter(device: DeviceId): Pick<EnergyCounter, "key" | "name"> | undefined;
  /** The newest `count` days up to today, oldest first. Undefined: the device has no lifetime counter of energy. */
  days(device: DeviceId, count: number): Promise<readonly DayEnergy[] | undefined>;
}

interface CountedDevice {
  counter: EnergyCounter;
  /** As they were shown last. */
  values: Values | undefined;
}

const deviceLimit = 500;
const keptDays = 400;
const saveEveryMs = 5 * 60_000;

export function createEnergyDays(options: EnergyDaysOptions): EnergyDays {
  return new LocalEnergyDays(options);
}

class LocalEnergyDays implements EnergyDays {
  readonly name = "energy by day";
  readonly #options: EnergyDaysOptions;
  readonly #guard: Guard;
  readonly #devices = new Map<DeviceId, CountedDevice>();
  /** The newest day of each device. */
  readonly #newest = new Map<DeviceId, EnergyDayRecord>();
  readonly #unsaved = new Set<DeviceId>();
  #isStarted = false;
  #isFull = false;
  #droppedOn = "";
  #cancelTimer: (() => void) | undefined;

  constructor(options: EnergyDaysOptions) {
    this.#options = options;
    this.#guard = new Guard(options.log, "energy timer");
    options.bus.subscribe(this.name, (message) => this.#accept(message));
  }

  async start(): Promise<void> {
    const { store, clock } = this.#options;
    const today = this.#options.dayOf(clock.now());
    const newest = await store.newest(shiftDay(today, 1), deviceLimit);
    for (const [device, record] of newest) this.#newest.set(device, record);
    this.#isStarted = true;
    this.#dropOld(today);
  }

  async stop(): Promise<void> {
    this.#isStarted = false;
    this.#cancelTimer?.();
    this.#saveAll();
    await this.#options.store.flush();
  }

  counter(id: DeviceId): Pick<EnergyCounter, "key" | "name"> | undefined {
    const counter = this.#devices.get(id)?.counter;
    return counter === undefined ? undefined : { key: counter.key, name: counter.name };
  }

  async days(id: DeviceId, count: number): Promise<readonly DayEnergy[] | undefined> {
    if (!this.#devices.has(id)) return undefined;
    const { store, clock } = this.#options;
    const today = this.#options.dayOf(clock.now());
    const shown = Math.min(count, keptDays);
    const from = shiftDay(today, 1 - shown);
    const records = new Map<string, EnergyDayRecord>();
    for (const record of await store.load(id, from, today)) records.set(record.day, record);
    const newest = this.#newest.get(id);
    if (newest !== undefined) records.set(newest.day, newest);
    return Array.from({ length: shown }, (_, index): DayEnergy => {
      const day = shiftDay(from, index);
      const record = records.get(day);
      if (record === undefined) return { day, kwh: null, complete: false };
      return { day, kwh: rounded(gainOf(record)), complete: record.isWhole && day !== today };
    });
  }

  #accept(message: BusMessage): void {
    if (message.type === "state") this.#onState(message);
    else if (message.type === "described") this.#onDescribed(message.description);
    else if (message.type === "removed") this.#onRemoved(message.device);
  }

  #onDescribed({ id, entities, isBridge }: DeviceDescription): void {
    const counter = isBridge === true ? undefined : energyCounterOf(entities);
    const known = this.#devices.get(id);
    if (counter === undefined) this.#devices.delete(id);
    else if (known !== undefined) known.counter = counter;
    else if (this.#devices.size < deviceLimit) this.#devices.set(id, { counter, values: undefined });
    else this.#reportFull(id);
  }

  /** A mere sign of life leaves the values as they are, and says nothing of the day. */
  #onState({ device: id, values, lastSeen }: Extract<BusMessage, { type: "state" }>): void {
    const device = this.#devices.get(id);
    const isSame = device?.values === values;
    if (device !== undefined) device.values = values;
    if (device === undefined || isSame || !this.#isStarted) return;
    const { key, scale } = device.counter;
    const shown = values[key];
    if (typeof shown !== "number" || !Number.isFinite(shown)) return;
    const { clock } = this.#options;
    const now = clock.now();
    // A restored value is from when the device was last seen; a clock may have been set back since.
    const at = lastSeen < now ? lastSeen : now;
    const known = this.#newest.get(id);
    const reading = { day: this.#options.dayOf(at), at, value: shown * scale };
    const next = nextEnergyDay(known, reading, device.counter);
    if (next === known) return;
    if (known !== undefined && next.day !== known.day) this.#endDay(id, known, next.day);
    this.#newest.set(id, next);
    this.#unsaved.add(id);
    this.#cancelTimer ??= clock.after(saveEveryMs, () => {
      this.#cancelTimer = undefined;
      this.#guard.run(() => this.#saveAll());
    });
  }

  #endDay(id: DeviceId, ended: EnergyDayRecord, day: string): void {
    if (this.#unsaved.has(id)) this.#options.store.save(id, ended);
    if (day > this.#droppedOn) this.#dropOld(day);
  }

  #onRemoved(id: DeviceId): void {
    this.#devices.delete(id);
    this.#newest.delete(id);
    this.#unsaved.delete(id);
    this.#options.store.remove(id);
  }

  #reportFull(device: DeviceId): void {
    const { log } = this.#options;
    if (!this.#isFull) log.warn({ device, deviceLimit }, "too many devices, further ones have no energy by day");
    this.#isFull = true;
  }

  #saveAll(): void {
    for (const id of this.#unsaved) {
      const record = this.#newest.get(id);
      if (record !== undefined) this.#options.store.save(id, record);
    }
    this.#unsaved.clear();
  }

  #dropOld(today: string): void {
    this.#droppedOn = today;
    this.#options.store.dropBefore(shiftDay(today, 1 - keptDays));
  }
}

/** To a tenth of a watt-hour; subtracting leaves crumbs. */
function rounded(kwh: number): number {
  return Math.round(kwh * 10_000) / 10_000;
}
