import type { DeviceId } from "../model/device.js";
import type { Logger } from "../runtime/log.js";
import type { Change, Database, Entry, KeyRange } from "./database.js";
import type { Outage } from "./outage.js";

/** Rows a write, and rows that are read at once; between two of these the event loop goes on. */
const sliceSize = 64;
const pageSize = 500;
/** Rows that may wait while the disk is slow; further ones are lost. */
const waitingLimit = 10_000;

interface Row {
  readonly device: DeviceId;
  readonly suffix: string;
  readonly value: object;
}

/**
 * Rows of one kind, many a device, ordered by a suffix: `<name>:<device>:<suffix>`. Whatever changes them does so one
 * after the other, and is on its way before what is read next. Failures are logged, once until it works again.
 */
export class DeviceRows {
  readonly #db: Database;
  readonly #log: Logger;
  readonly #outage: Outage;
  readonly #name: string;
  #turn: Promise<void> = Promise.resolve();
  /** Rows that the next write takes; undefined: none is due. */
  #batch: Row[] | undefined;
  #waiting = 0;

  /** `name`: `[a-z_]+`, of these rows alone. */
  constructor(db: Database, name: string, log: Logger, outage: Outage) {
    this.#db = db;
    this.#name = name;
    this.#log = log;
    this.#outage = outage;
  }

  /** Queued; `value` is not changed any more. */
  put(device: DeviceId, suffix: string, value: object): void {
    if (this.#waiting >= waitingLimit) {
      this.#log.debug({ device, rows: this.#name }, "too many rows wait, one is lost");
      return;
    }
    this.#waiting += 1;
    this.#dueBatch().push({ device, suffix, value });
  }

  /** Values from `from` on and before `to`; without those that are no JSON. Undefined: they cannot be read. */
  async load(device: DeviceId, from: string, to: string): Promise<readonly unknown[] | undefined> {
    await this.#turn;
    const values: unknown[] = [];
    const end = this.#key(device, to);
    let begin = this.#key(device, from);
    for (;;) {
      const page = await this.#page({ from: begin, to: end });
      if (page === undefined) return undefined;
      for (const entry of page) values.push(...this.#parse(entry));
      const last = page.at(-1);
      if (last === undefined || page.length < pageSize) return values;
      begin = `${last[0]}\0`;
    }
  }

  /** The last value of each device whose suffix is before `to`, of at most `limit` devices. */
  async newest(to: string, limit: number): Promise<ReadonlyMap<DeviceId, unknown>> {
    await this.#turn;
    const found = new Map<DeviceId, unknown>();
    try {
      for await (const device of this.#devices()) {
        const range = { from: this.#key(device, ""), to: this.#key(device, to) };
        for (const entry of await this.#db.range(range, { limit: 1, reverse: true })) {
          for (const value of this.#parse(entry)) found.set(device, value);
        }
        if (found.size >= limit) break;
      }
    } catch (error) {
      this.#outage.failed(error, { rows: this.#name });
    }
    return found;
  }

  /** Queued. */
  remove(device: DeviceId): void {
    // What is put from now on is to stay.
    this.#batch = undefined;
    this.#inTurn(() => this.#delete(this.#all(device)));
  }

  /** Queued: of all devices, what has a suffix before this one. */
  dropBefore(suffix: string): void {
    this.#batch = undefined;
    this.#inTurn(async () => {
      for await (const device of this.#devices()) {
        await this.#delete({ from: this.#key(device, ""), to: this.#key(device, suffix) });
      }
    });
  }

  /** Waits until everything so far is written, or was given up. */
  flush(): Promise<void> {
    return this.#turn;
  }

  #dueBatch(): Row[] {
    if (this.#batch !== undefined) return this.#batch;
    const batch: Row[] = [];
    this.#batch = batch;
    this.#inTurn(async () => {
      if (this.#batch === batch) this.#batch = undefined;
      this.#waiting -= batch.length;
      for (let at = 0; at < batch.length; at += sliceSize) await this.#write(batch.slice(at, at + sliceSize));
    });
    return batch;
  }

  async #write(rows: readonly Row[]): Promise<void> {
    const changes = rows.map(
      ({ device, suffix, value }): Change => ({
        ...{ type: "put", key: this.#key(device, suffix), value: JSON.stringify(value) },
      }),
    );
    await this.#db.write(changes, { sync: false });
    this.#outage.worked();
  }

  async #delete(range: KeyRange): Promise<void> {
    await this.#db.deleteRange(range);
    this.#outage.worked();
  }

  #inTurn(action: () => Promise<void>): void {
    this.#turn = this.#turn.then(action).catch((error: unknown) => this.#outage.failed(error, { rows: this.#name }));
  }

  /** All that have rows, found by leaping from one to the next. */
  async *#devices(): AsyncIterable<DeviceId> {
    const end = `${this.#name};`;
    let from = `${this.#name}:`;
    for (;;) {
      const [entry] = await this.#db.range({ from, to: end }, { limit: 1 });
      if (entry === undefined) return;
      const device = entry[0].split(":")[1] as DeviceId;
      yield device;
      from = this.#all(device).to;
    }
  }

  async #page(range: KeyRange): Promise<readonly Entry[] | undefined> {
    try {
      return await this.#db.range(range, { limit: pageSize });
    } catch (error) {
      this.#outage.failed(error, { rows: this.#name });
      return undefined;
    }
  }

  #parse([key, text]: Entry): readonly unknown[] {
    try {
      return [JSON.parse(text)];
    } catch (error) {
      this.#log.debug({ key, err: error }, "row is not JSON");
      return [];
    }
  }

  #key(device: DeviceId, suffix: string): string {
    return `${this.#name}:${device}:${suffix}`;
  }

  /** `;` follows `:`. */
  #all(device: DeviceId): KeyRange {
    return { from: this.#key(device, ""), to: `${this.#name}:${device};` };
  }
}
