import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ClassicLevel } from "classic-level";
import { CloudtapError, describeError } from "../runtime/errors.js";

/** Everything that must outlive the process, in one LevelDB under the data directory. Only this file knows LevelDB. */
export interface Database {
  get(key: string): Promise<string | undefined>;
  /** In the order of `keys`; undefined for each that is not there. */
  getMany(keys: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** All changes or none. With `sync` they are on the disk when it resolves, else with the operating system. */
  write(changes: readonly Change[], options: { readonly sync: boolean }): Promise<void>;
  /** Entries whose keys begin with `prefix`, in the order of their keys. */
  entries(prefix: string): AsyncIterable<Entry>;
  /** Entries of a range, all at once, in the order of their keys or the other way round. */
  range(range: KeyRange, options?: RangeOptions): Promise<readonly Entry[]>;
  /** Without waiting for the disk. */
  deleteRange(range: KeyRange): Promise<void>;
  close(): Promise<void>;
}

export type Change =
  | { readonly type: "put"; readonly key: string; readonly value: string }
  | { readonly type: "del"; readonly key: string };

export type Entry = readonly [key: string, value: string];

/** `from` belongs to it, `to` does not. */
export interface KeyRange {
  readonly from: string;
  readonly to: string;
}

export interface RangeOptions {
  /** Default: all of them. */
  readonly limit?: number;
  /** True: the last key comes first. */
  readonly reverse?: boolean;
}

/** Throws CloudtapError STORE_FAILED, which says what to do, when the folder is locked, unreadable or damaged. */
export async function openDatabase(dataDir: string): Promise<Database> {
  const folder = join(dataDir, "store");
  try {
    await mkdir(folder, { recursive: true });
    const level = new ClassicLevel(folder);
    await level.open();
    return new LevelDatabase(level, folder);
  } catch (error) {
    throw openFailure(folder, error);
  }
}

class LevelDatabase implements Database {
  readonly #level: ClassicLevel;
  readonly #folder: string;
  #failed = false;
  #closed = false;
  #reopening: Promise<void> | undefined;

  constructor(level: ClassicLevel, folder: string) {
    this.#level = level;
    this.#folder = folder;
  }

  async get(key: string): Promise<string | undefined> {
    await this.#ready();
    try {
      return await this.#level.get(key);
    } catch (error) {
      throw this.#failure("read", error);
    }
  }

  async getMany(keys: readonly string[]): Promise<readonly (string | undefined)[]> {
    await this.#ready();
    try {
      return await this.#level.getMany([...keys]);
    } catch (error) {
      throw this.#failure("read", error);
    }
  }

  async write(changes: readonly Change[], options: { readonly sync: boolean }): Promise<void> {
    await this.#ready();
    try {
      await this.#level.batch([...changes], options);
    } catch (error) {
      this.#failed = true;
      throw this.#failure("written", error);
    }
  }

  async *entries(prefix: string): AsyncIterable<Entry> {
    await this.#ready();
    try {
      yield* this.#level.iterator({ gte: prefix, lt: `${prefix}\uffff` });
    } catch (error) {
      throw this.#failure("read", error);
    }
  }

  async range({ from, to }: KeyRange, options: RangeOptions = {}): Promise<readonly Entry[]> {
    await this.#ready();
    try {
      return await this.#level.iterator({ gte: from, lt: to, ...options }).all();
    } catch (error) {
      throw this.#failure("read", error);
    }
  }

  async deleteRange({ from, to }: KeyRange): Promise<void> {
    await this.#ready();
    try {
      await this.#level.clear({ gte: from, lt: to });
    } catch (error) {
      this.#failed = true;
      throw this.#failure("written", error);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#reopening?.catch(() => undefined);
    await this.#level.close();
  }

  /**
   * After a failed write LevelDB may refuse all others, and what it would append behind a torn record would be lost at
   * the next start. Opened anew it has checked its log and begins another one.
   */
  async #ready(): Promise<void> {
    if (this.#closed) throw this.#failure("used", new Error("it is closed"));
    if (!this.#failed) return;
    this.#reopening ??= this.#reopen().finally(() => {
      this.#reopening = undefined;
    });
    await this.#reopening;
  }

  async #reopen(): Promise<void> {
    try {
      await this.#level.close();
      await this.#level.open();
    } catch (error) {
      throw openFailure(this.#folder, error);
    }
    this.#failed = false;
  }

  #failure(what: string, cause: unknown): CloudtapError {
    const message = `the store in ${this.#folder} could not be ${what}: ${describeError(rootCause(cause))}`;
    return new CloudtapError("STORE_FAILED", message, { folder: this.#folder }, cause);
  }
}

function openFailure(folder: string, error: unknown): CloudtapError {
  const cause = rootCause(error);
  const found = describeError(cause);
  const message = `expected a store that can be opened in ${folder}, found: ${found}; ${remedy(cause)}`;
  return new CloudtapError("STORE_FAILED", message, { folder }, error);
}

function remedy(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "LEVEL_LOCKED") return "another Cloudtap uses it: stop that one, or give this one a data_dir of its own";
  if (code === "LEVEL_CORRUPTION") return "bring the folder back from a backup; without it all totals begin anew";
  return "check that data_dir is a folder that may be written to, on a disk with free space";
}

/** LevelDB's own words are in the innermost cause. */
function rootCause(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? rootCause(error.cause) : error;
}
