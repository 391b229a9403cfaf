import type { EpochMs } from "../model/time.js";

/** Who asked for a vendor's name. */
export interface AskedName {
  readonly address: string;
  readonly name: string;
  /** The last time. */
  readonly at: EpochMs;
  readonly times: number;
}

const limit = 256;

/** The newest askers of vendors' names; the one that has been quiet for longest is dropped first. */
export class AskedNames {
  readonly #asked = new Map<string, AskedName>();

  /** True where this address is not known to have asked for this name. */
  note(address: string, name: string, at: EpochMs): boolean {
    const key = `${address} ${name}`;
    const known = this.#asked.get(key);
    this.#asked.delete(key);
    this.#asked.set(key, { address, name, at, times: (known?.times ?? 0) + 1 });
    const [oldest] = this.#asked.keys();
    if (this.#asked.size > limit && oldest !== undefined) this.#asked.delete(oldest);
    return known === undefined;
  }

  /** In the order of their last question. */
  list(): readonly AskedName[] {
    return [...this.#asked.values()];
  }
}
