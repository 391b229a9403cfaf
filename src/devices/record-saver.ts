import type { DeviceStore } from "../model/ports.js";
import type { Clock } from "../runtime/clock.js";
import type { Guard } from "../runtime/guard.js";
import type { TrackedDevice } from "./tracked-device.js";

const saveEveryMs = 5_000;

/** Gives changed devices to the store, each at most once in five seconds. */
export class RecordSaver {
  readonly #store: DeviceStore;
  readonly #clock: Clock;
  readonly #guard: Guard;
  readonly #unsaved = new Set<TrackedDevice>();
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(store: DeviceStore, clock: Clock, guard: Guard) {
    this.#store = store;
    this.#clock = clock;
    this.#guard = guard;
  }

  saveSoon(device: TrackedDevice): void {
    this.#unsaved.add(device);
    if (this.#stopped) return;
    this.#cancel ??= this.#clock.after(saveEveryMs, () => this.#guard.run(() => this.#saveAll()));
  }

  remove(device: TrackedDevice): void {
    this.#unsaved.delete(device);
    this.#store.remove(device.id);
  }

  /** Saves what is left and waits until it is written. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    this.#saveAll();
    await this.#store.flush();
  }

  #saveAll(): void {
    this.#cancel = undefined;
    for (const device of this.#unsaved) this.#store.save(device.record());
    this.#unsaved.clear();
  }
}
