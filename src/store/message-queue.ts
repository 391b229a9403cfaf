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

interface Row {
  readonly key: string;
  readonly bytes: number;
}

interface Incoming extends Row {
  readonly text: string;
}

/** Continues where an earlier run ended, killed or not. */
export async function openMessageQueue(db: Database, options: QueueOptions, log: Logger): Promise<BoundedQueue> {
  const rows: Row[] = [];
  for await (const [key, text] of db.entries(`queue:${options.name}:`)) {
    rows.push({ key, bytes: Buffer.byteLength(text) });
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
    this.#next = Number(found.rows.at(-1)?.key.split(":").at(-1) ?? -1) + 1;
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
    const key = `queue:${this.#options.name}:${String(this.#next).padStart(16, "0")}`;
    this.#next += 1;
    this.#incoming.push({ key, text, bytes: Buffer.byteLength(text) });
    if (this.#incoming.length > this.#options.maxCount) this.#countDropped(this.#incoming.splice(0, 1).length);
    // All that comes while a write is under way goes out with the next one.
    this.#writing ??= this.#inTurn(() => this.#writeIncoming());
    return this.#writing;
  }

  async peek(limit: number): Promise<readonly { readonly key: string; readonly message: JsonObject }[]> {
    const found: { key: string; message: JsonObject }[] = [];
    const damaged: string[] = [];
    for (const { key } of [...this.#rows]) {
      if (found.length >= limit) break;
      const text = await this.#db.get(key);
      if (text === undefined) continue;
      const message = this.#parse(key, text);
      if (message === undefined) damaged.push(key);
      else found.push({ key, message });
    }
    if (damaged.length > 0) await this.remove(damaged);
    return found;
  }

  remove(keys: readonly string[]): Promise<void> {
    const leaving = new Set(keys);
    return this.#inTurn(async () => {
      const changes = [...leaving].map((key): Change => ({ type: "del", key }));
      await this.#db.write(changes, { sync: false });
      this.#rows = this.#rows.filter((row) => !leaving.has(row.key));
      this.#bytes = totalBytes(this.#rows);
      if (this.size === 0) this.#overflowing = false;
    });
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
      ...this.#rows.slice(0, excess).map(({ key }): Change => ({ type: "del", key })),
      ...incoming
        .slice(Math.max(0, excess - this.#rows.length))
        .map(({ key, text }): Change => ({ type: "put", key, value: text })),
    ];
    try {
      await this.#db.write(changes, { sync: false });
    } finally {
      this.#inFlight = 0;
    }
    for (const { key, bytes } of incoming) this.#rows.push({ key, bytes });
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

  #parse(key: string, text: string): JsonObject | undefined {
    try {
      const message: JsonObject = JSON.parse(text);
      return message;
    } catch (error) {
      this.#log.warn({ key, code: "STORE_FAILED", err: error }, "queued message is damaged and left out");
      return undefined;
    }
  }
}

function totalBytes(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => sum + row.bytes, 0);
}
