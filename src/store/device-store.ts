import type { DeviceDescription, DeviceId } from "../model/device.js";
import type { EntityDescription } from "../model/entity.js";
import type { DeviceRecord, DeviceStore } from "../model/ports.js";
import type { Logger } from "../runtime/log.js";
import type { Change, Database } from "./database.js";
import { Outage } from "./outage.js";

/** Records a write; between two writes the event loop goes on. */
const sliceSize = 64;
const prefix = "device:";

/** A record without its description, which is larger and changes rarely, so it has a row of its own. */
type Latest = Omit<DeviceRecord, "description">;

/** `outage`: where others that write to the same database say so, too. */
export function createDeviceStore(db: Database, log: Logger, outage: Outage = new Outage(log)): DeviceStore {
  return new LevelDeviceStore(db, log, outage);
}

class LevelDeviceStore implements DeviceStore {
  readonly #db: Database;
  readonly #log: Logger;
  readonly #outage: Outage;
  /** Undefined: to be removed. */
  readonly #waiting = new Map<DeviceId, DeviceRecord | undefined>();
  readonly #written = new Map<DeviceId, DeviceDescription>();
  #writing: Promise<void> | undefined;

  constructor(db: Database, log: Logger, outage: Outage) {
    this.#db = db;
    this.#log = log;
    this.#outage = outage;
  }

  /** Leaves out, with a warning, what is damaged. Throws CloudtapError STORE_FAILED when nothing can be read. */
  async load(): Promise<readonly DeviceRecord[]> {
    const records: DeviceRecord[] = [];
    const shared = new Map<string, EntityDescription>();
    let description: DeviceDescription | undefined;
    for await (const [key, text] of this.#db.entries(prefix)) {
      // A device's description comes right before its latest record, as their keys do.
      if (key.endsWith(":description")) {
        description = this.#read(key, text, asDescription);
        continue;
      }
      const latest = this.#read(key, text, asLatest);
      if (description === undefined || latest === undefined || key !== latestKey(description.id)) continue;
      const entities = description.entities.map((entity) => share(shared, entity));
      const whole = { ...description, entities };
      this.#written.set(whole.id, whole);
      records.push({ ...latest, description: whole });
    }
    return records;
  }

  save(record: DeviceRecord): void {
    this.#waiting.set(record.description.id, record);
    this.#writing ??= this.#writeAll();
  }

  remove(device: DeviceId): void {
    this.#waiting.set(device, undefined);
    this.#writing ??= this.#writeAll();
  }

  async flush(): Promise<void> {
    if (this.#waiting.size > 0) this.#writing ??= this.#writeAll();
    await this.#writing;
  }

  /** Ends at the first failure: what waits is tried again at the next `save`. */
  async #writeAll(): Promise<void> {
    let succeeded = true;
    while (succeeded && this.#waiting.size > 0) {
      const slice = [...this.#waiting].slice(0, sliceSize);
      succeeded = await this.#writeSlice(slice);
    }
    this.#writing = undefined;
  }

  async #writeSlice(slice: readonly (readonly [DeviceId, DeviceRecord | undefined])[]): Promise<boolean> {
    for (const [id] of slice) this.#waiting.delete(id);
    try {
      await this.#db.write(
        slice.flatMap(([id, record]) => (record === undefined ? removal(id) : this.#changes(record))),
        { sync: false },
      );
    } catch (error) {
      this.#outage.failed(error);
      for (const [id, record] of slice) if (!this.#waiting.has(id)) this.#waiting.set(id, record);
      return false;
    }
    for (const [id, record] of slice) {
      if (record === undefined) this.#written.delete(id);
      else this.#written.set(id, record.description);
    }
    this.#outage.worked();
    return true;
  }

  #changes(record: DeviceRecord): readonly Change[] {
    const { description, ...latest } = record;
    const { id } = description;
    const change: Change = { type: "put", key: latestKey(id), value: JSON.stringify(latest) };
    if (this.#written.get(id) === description) return [change];
    return [{ type: "put", key: descriptionKey(id), value: JSON.stringify(description) }, change];
  }

  #read<T>(key: string, text: string, check: (found: unknown) => T | undefined): T | undefined {
    let found: T | undefined;
    try {
      found = check(JSON.parse(text));
    } catch (error) {
      this.#log.debug({ key, err: error }, "device record is not JSON");
    }
    if (found === undefined) this.#log.warn({ key, code: "STORE_FAILED" }, "device record is damaged and left out");
    return found;
  }
}

function removal(id: DeviceId): readonly Change[] {
  return [descriptionKey(id), latestKey(id)].map((key) => ({ type: "del", key }));
}

function descriptionKey(id: DeviceId): string {
  return `${prefix}${id}:description`;
}

function latestKey(id: DeviceId): string {
  return `${prefix}${id}:latest`;
}

function asDescription(found: unknown): DeviceDescription | undefined {
  const is = (value: Partial<DeviceDescription>): value is DeviceDescription =>
    typeof value.id === "string" &&
    typeof value.protocol === "string" &&
    typeof value.name === "string" &&
    Array.isArray(value.entities) &&
    Array.isArray(value.eventTypes);
  return isObject(found) && is(found) ? found : undefined;
}

function asLatest(found: unknown): Latest | undefined {
  const is = (value: Partial<Latest>): value is Latest =>
    isObject(value.facts) &&
    isObject(value.values) &&
    typeof value.lastSeen === "number" &&
    typeof value.relay === "string";
  return isObject(found) && is(found) ? found : undefined;
}

function isObject(found: unknown): found is object {
  return typeof found === "object" && found !== null && !Array.isArray(found);
}

/** Devices of one kind have the same entities: equal ones are kept once, as they are while the tables made them. */
function share(shared: Map<string, EntityDescription>, entity: EntityDescription): EntityDescription {
  const text = JSON.stringify(entity);
  const known = shared.get(text);
  if (known === undefined) shared.set(text, entity);
  return known ?? entity;
}
