import type { MessageQueue } from "../model/ports.js";
import type { JsonObject } from "../model/value.js";
import type { Logger } from "../runtime/log.js";
import type { Change, Database } from "./database.js";

export interface QueueOptions {
  /** `[a-z0-9_]+`; queues of one database have different names. */
  readonly name: string;
  readonly maxCount: number;
  readonly maxBytes: number;
}

export interface BoundedQueue extends MessageQueue {
  /** Messages given up since the start because the queue was full. */
  readonly dropped: number;
}

/** The keys themselves would take more memory than all else. */
interface Row {
  readonly number: number;
  readonly bytes: number;
}

interface Incoming extends Row {
  readonly text: string;
}

/** Continues where an earlier run ended, killed or not. */
export async function openMessageQueue(db: Database, options: QueueOptions, log: Logger): Promise<BoundedQueue> {
  const rows: Row[] = [];
  const prefix = prefixOf(options.name);
  for await (const [key, text] of db.entries(prefix)) {
    rows.push({ number: Number(key.slice(prefix.length)), bytes: Buffer.byteLength(text) });
  }
  return new DiskQueue(db, options, { rows, log: log.child({ queue: options.name }) });
}

class DiskQueue implements BoundedQueue {
  readonly #db: Database;
  readonly #options: QueueOptions;
  readonly #log: Logger;
  /** What is on the disk, oldest first. */
  #rows: Row[];
  #bytes: number;
  #incoming: Incoming[] = [];
  #inFlight = 0;
  #next: number;
  #dropped = 0;
  #overflowing = false;
  #turn: Promise<unknown> = Promise.resolve();
  #writing: Promise<void> | undefined;

  constructor(db: Database, options: QueueOptions, found: { readonly rows: readonly Row[]; readonly log: Logger }) {
    this.#db = db;
    this.#options = options;
    this.#log = found.log;
    this.#rows = [...found.rows];
    this.#bytes = totalBytes(found.rows);
    this.#next = (found.rows.at(-1)?.number ?? -1) + 1;
  }

  get size(): number {
    return this.#rows.length + this.#inFlight + this.#incoming.length;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** Resolves when it would survive the end of the process; rejects with CloudtapError STORE_FAILED. */
  push(message: JsonObject): Promise<void> {
    const text = JSON.stringify(message);
    this.#incoming.push({ number: this.#next, text, bytes: Buffer.byteLength(text) });
    this.#next += 1;
    if (this.#incoming.length > this.#options.maxCount) this.#countDropped(this.#incoming.splice(0, 1).length);
    // All that comes while a write is under way goes out with the next one.
    this.#writing ??= this.#inTurn(() => this.#writeIncoming());
    return this.#writing;
  }

  async peek(limit: number): Promise<readonly { readonly key: string; readonly message: JsonObject }[]> {
    const found: { key: string; message: JsonObject }[] = [];
    const useless: string[] = [];
    const keys = this.#rows.slice(0, limit).map((row) => this.#keyOf(row));
    const texts = await this.#db.getMany(keys);
    for (const [index, key] of keys.entries()) {
      const message = this.#parse(key, texts[index]);
      if (message === undefined) useless.push(key);
      else found.push({ key, message });
    }
    if (useless.length === 0) return found;
    await this.remove(useless);
    return found.length === 0 ? this.peek(limit) : found;
  }

  remove(keys: readonly string[]): Promise<void> {
    const leaving = new Set(keys);
    return this.#inTurn(async () => {
      const changes = [...leaving].map((key): Change => ({ type: "del", key }));
      await this.#db.write(changes, { sync: false });
      this.#forget(leaving);
      if (this.size === 0) this.#overflowing = false;
    });
  }

  /** Mostly it is the oldest that leave, so the others are not looked at unless they must be. */
  #forget(leaving: Set<string>): void {
    let oldest = 0;
    for (let row = this.#rows[0]; row !== undefined && leaving.delete(this.#keyOf(row)); row = this.#rows[oldest])
      oldest += 1;
    this.#bytes -= totalBytes(this.#rows.splice(0, oldest));
    if (leaving.size === 0) return;
    this.#rows = this.#rows.filter((row) => !leaving.has(this.#keyOf(row)));
    this.#bytes = totalBytes(this.#rows);
  }

  #keyOf({ number }: Row): string {
    return `${prefixOf(this.#options.name)}${String(number).padStart(16, "0")}`;
  }

  /** Writes that change `#rows` do so one after the other. */
  #inTurn(action: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(action);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #writeIncoming(): Promise<void> {
    const incoming = this.#incoming;
    this.#incoming = [];
    this.#inFlight = incoming.length;
    this.#writing = undefined;
    const excess = this.#excess(incoming);
    const changes: readonly Change[] = [
      ...this.#rows.slice(0, excess).map((row): Change => ({ type: "del", key: this.#keyOf(row) })),
      ...incoming
        .slice(Math.max(0, excess - this.#rows.length))
        .map((row): Change => ({ type: "put", key: this.#keyOf(row), value: row.text })),
    ];
    try {
      await this.#db.write(changes, { sync: false });
    } finally {
      this.#inFlight = 0;
    }
    for (const { number, bytes } of incoming) this.#rows.push({ number, bytes });
    this.#bytes += totalBytes(incoming) - totalBytes(this.#rows.splice(0, excess));
    this.#countDropped(excess);
  }

  /** How many of the oldest are too many once `incoming` has come. */
  #excess(incoming: readonly Row[]): number {
    let count = this.#rows.length + incoming.length;
    let bytes = this.#bytes + totalBytes(incoming);
    let excess = 0;
    while (count > this.#options.maxCount || bytes > this.#options.maxBytes) {
      const row = this.#rows[excess] ?? incoming[excess - this.#rows.length];
      if (row === undefined) break;
      count -= 1;
      bytes -= row.bytes;
      excess += 1;
    }
    return excess;
  }

  #countDropped(count: number): void {
    if (count === 0) return;
    this.#dropped += count;
    if (!this.#overflowing)
      this.#log.warn({ dropped: this.#dropped }, "queue is full, the oldest messages are dropped");
    this.#overflowing = true;
  }

  /** Undefined: it is gone, or nobody can read it. */
  #parse(key: string, text: string | undefined): JsonObject | undefined {
    if (text === undefined) return undefined;
    try {
      const message: JsonObject = JSON.parse(text);
      return message;
    } catch (error) {
      this.#log.warn({ key, code: "STORE_FAILED", err: error }, "queued message is damaged and left out");
      return undefined;
    }
  }
}

function prefixOf(name: string): string {
  return `queue:${name}:`;
}

function totalBytes(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => sum + row.bytes, 0);
}
