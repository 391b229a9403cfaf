import type { Ledger } from "../model/ports.js";
import type { Posting, PostingOutcome } from "../model/protocol.js";
import type { EpochMs } from "../model/time.js";
import type { JsonValue } from "../model/value.js";
import { CloudtapError } from "../runtime/errors.js";
import type { Database } from "./database.js";

/** Postings of one account that may wait for the disk; more are refused. */
const waitingLimit = 256;

/**
 * Books that count each contribution exactly once. Postings of one account are applied in order, each on what the one
 * before left on the disk; accounts do not wait for each other. `cachedAccounts`: how many books stay in memory.
 */
export function createLedger(db: Database, cachedAccounts = 256): Ledger {
  const books = new RecentBooks(db, cachedAccounts);
  const lines = new Map<string, { last: Promise<unknown>; waiting: number }>();
  return {
    post(posting, now) {
      const { account } = posting;
      const line = lines.get(account) ?? { last: Promise.resolve(), waiting: 0 };
      if (line.waiting >= waitingLimit) return Promise.reject(overloaded(account));
      const posted = line.last.then(() => apply(books, posting, now));
      const settled = (): void => {
        line.waiting -= 1;
        if (line.waiting === 0) lines.delete(account);
      };
      line.waiting += 1;
      line.last = posted.then(settled, settled);
      lines.set(account, line);
      return posted;
    },
  };
}

async function apply(books: RecentBooks, posting: Posting, now: EpochMs): Promise<PostingOutcome> {
  const before = await books.read(posting.account);
  const outcome = posting.apply(before, now);
  if (outcome.books !== before) await books.write(posting.account, outcome.books);
  return outcome;
}

/** Books as they are on the disk; those used last are also kept parsed. */
class RecentBooks {
  readonly #db: Database;
  readonly #limit: number;
  readonly #kept = new Map<string, JsonValue>();

  constructor(db: Database, limit: number) {
    this.#db = db;
    this.#limit = limit;
  }

  async read(account: string): Promise<JsonValue | undefined> {
    const kept = this.#kept.get(account);
    if (kept !== undefined) return kept;
    const text = await this.#db.get(keyOf(account));
    if (text === undefined) return undefined;
    const books = parseBooks(account, text);
    this.#keep(account, books);
    return books;
  }

  async write(account: string, books: JsonValue): Promise<void> {
    // A write that fails may have reached the disk or not: only the disk can tell what the next posting stands on.
    this.#kept.delete(account);
    await this.#db.write([{ type: "put", key: keyOf(account), value: JSON.stringify(books) }], { sync: true });
    this.#keep(account, books);
  }

  #keep(account: string, books: JsonValue): void {
    this.#kept.delete(account);
    this.#kept.set(account, books);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.#limit && oldest !== undefined) this.#kept.delete(oldest);
  }
}

function keyOf(account: string): string {
  if (!/^[a-z0-9_]+$/.test(account)) throw new TypeError(`not the name of an account: ${JSON.stringify(account)}`);
  return `ledger:${account}`;
}

function parseBooks(account: string, text: string): JsonValue {
  try {
    const books: JsonValue = JSON.parse(text);
    return books;
  } catch (error) {
    const message =
      `expected the books of account ${account} as JSON, found ${text.length} characters that are not; ` +
      "bring the data directory back from a backup";
    throw new CloudtapError("STORE_FAILED", message, { account }, error);
  }
}

function overloaded(account: string): CloudtapError {
  const message = `expected at most ${waitingLimit} postings waiting for account ${account}; the disk does not keep up`;
  return new CloudtapError("STORE_FAILED", message, { account });
}
