import type { SpliceStore } from "../../model/ports.js";
import type { SpliceKey, SpliceRecord } from "../../model/splice.js";
import type { Clock } from "../../runtime/clock.js";
import type { Logger } from "../../runtime/log.js";

export interface SpliceMemoryPorts {
  readonly store: SpliceStore;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Failures in a row that are a refusal. */
const refusalLimit = 2;
const trialLimit = 1_024;
const recordLimit = 4_096;

/**
 * Which devices refuse our certificate, each for each place that it calls. A record outlives this run, and holds until it
 * is forgotten, so that a device never loses its cloud to further attempts. The oldest go first when there are very many.
 */
export class SpliceMemory {
  readonly #ports: SpliceMemoryPorts;
  /** Failures in a row of those that are still tried. */
  readonly #trials = new Map<string, number>();
  readonly #records = new Map<string, SpliceRecord>();

  constructor(ports: SpliceMemoryPorts) {
    this.#ports = ports;
  }

  /** Takes up what earlier runs learnt. Once, before devices call. */
  async load(): Promise<void> {
    const records = await this.#ports.store.load();
    for (const record of records.toSorted((a, b) => a.since - b.since)) this.#keep(record);
    if (records.length > 0) this.#ports.log.info({ devices: records.length }, "devices that are passed through unread");
  }

  /** Waits until what was learnt is on disk. */
  async stop(): Promise<void> {
    await this.#ports.store.flush();
  }

  /** A session failed because of our certificate. `splice`: from now on it is passed through unread. */
  refused(key: SpliceKey, reason: string): { readonly refusals: number; readonly splice?: SpliceRecord } {
    const refusals = (this.#trials.get(nameOf(key)) ?? 0) + 1;
    this.#trials.delete(nameOf(key));
    if (refusals < refusalLimit) {
      this.#trials.set(nameOf(key), refusals);
      const [oldest] = this.#trials.keys();
      if (this.#trials.size > trialLimit && oldest !== undefined) this.#trials.delete(oldest);
      return { refusals };
    }
    const { relay, address, target } = key;
    const splice = { relay, address, target, since: this.#ports.clock.now(), reason };
    this.#keep(splice);
    this.#ports.store.save(splice);
    return { refusals, splice };
  }

  /** The device sent something over TLS that was opened here. */
  accepted(key: SpliceKey): void {
    this.#trials.delete(nameOf(key));
  }

  splices(key: SpliceKey): SpliceRecord | undefined {
    return this.#records.get(nameOf(key));
  }

  list(): readonly SpliceRecord[] {
    return [...this.#records.values()];
  }

  /** The next connections are opened again. Returns what was remembered; what is left out of `match` fits everything. */
  forget(match: Partial<SpliceKey>): readonly SpliceRecord[] {
    const forgotten = this.list().filter((record) => fits(record, match));
    for (const record of forgotten) {
      this.#records.delete(nameOf(record));
      this.#ports.store.remove(record);
    }
    return forgotten;
  }

  #keep(record: SpliceRecord): void {
    this.#records.set(nameOf(record), record);
    const [oldest] = this.#records;
    if (this.#records.size <= recordLimit || oldest === undefined) return;
    this.#records.delete(oldest[0]);
    this.#ports.store.remove(oldest[1]);
  }
}

function nameOf({ relay, address, target }: SpliceKey): string {
  return JSON.stringify([relay, address, target]);
}

function fits(record: SpliceRecord, { relay, address, target }: Partial<SpliceKey>): boolean {
  return (
    (relay ?? record.relay) === record.relay &&
    (address ?? record.address) === record.address &&
    (target ?? record.target) === record.target
  );
}
