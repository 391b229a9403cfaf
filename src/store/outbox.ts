import type { DeviceId } from "../model/device.js";
import type { Outbox, OutboxItem } from "../model/ports.js";
import type { Clock } from "../runtime/clock.js";
import { describeError } from "../runtime/errors.js";
import type { Logger } from "../runtime/log.js";
import type { Change, Database } from "./database.js";

export interface OutboxBounds {
  /** Of all items together, as they were received. */
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

export interface OutboxPorts {
  readonly log: Logger;
  readonly clock: Clock;
  /** Called for each item that is given up before it was delivered. */
  dropped(item: OutboxHead, reason: string): void;
}

/** What is known of an item without reading it. */
export type OutboxHead = Pick<OutboxItem, "relay" | "device" | "keptAt">;

interface Row extends OutboxHead {
  readonly key: string;
  readonly bytes: number;
}

/** As it stands on the disk; `bytes` in base64. */
interface StoredItem extends OutboxHead {
  readonly security: "plain" | "tls";
  readonly bytes: string;
}

const prefix = "outbox:";
/** 2020-01-01T00:00:00Z. What was kept before it was kept by a host whose clock was not set yet: its age is not known. */
const earliestMs = 1_577_836_800_000;

/** Continues where an earlier run ended, killed or not. */
export async function openOutbox(db: Database, bounds: OutboxBounds, ports: OutboxPorts): Promise<Outbox> {
  const rows: Row[] = [];
  const damaged: Change[] = [];
  for await (const [key, text] of db.entries(prefix)) {
    const item = parse(text);
    if (item === undefined) damaged.push({ type: "del", key });
    else rows.push({ ...headOf(item), key, bytes: Buffer.from(item.bytes, "base64").length });
  }
  if (damaged.length > 0) {
    ports.log.warn({ code: "STORE_FAILED", items: damaged.length }, "damaged reports in the outbox are left out");
    await db.write(damaged, { sync: true });
  }
  return new DiskOutbox(db, bounds, { ...ports, rows });
}

class DiskOutbox implements Outbox {
  readonly #db: Database;
  readonly #bounds: OutboxBounds;
  readonly #ports: OutboxPorts;
  /** What is on the disk, oldest first. */
  #rows: Row[];
  #next: number;
  #turn: Promise<unknown> = Promise.resolve();
  #overflowing = false;

  constructor(db: Database, bounds: OutboxBounds, given: OutboxPorts & { readonly rows: readonly Row[] }) {
    this.#db = db;
    this.#bounds = bounds;
    this.#ports = given;
    this.#rows = [...given.rows];
    this.#next = Number(given.rows.at(-1)?.key.slice(prefix.length) ?? -1) + 1;
  }

  keep(item: OutboxItem): Promise<string> {
    const key = `${prefix}${String(this.#next).padStart(16, "0")}`;
    this.#next += 1;
    return this.#inTurn(async () => {
      const { bytes, security } = item;
      const stored: StoredItem = { ...headOf(item), security, bytes: Buffer.from(bytes).toString("base64") };
      await this.#db.write([{ type: "put", key, value: JSON.stringify(stored) }], { sync: true });
      this.#rows.push({ ...headOf(item), key, bytes: bytes.length });
      await this.#trim();
      return key;
    });
  }

  oldest(relay: string, limit: number): Promise<readonly { readonly key: string; readonly item: OutboxItem }[]> {
    return this.#inTurn(async () => {
      await this.#trim();
      const found: { key: string; item: OutboxItem }[] = [];
      for (const row of this.#rows.filter((one) => one.relay === relay)) {
        if (found.length >= limit) break;
        const item = parse((await this.#db.get(row.key)) ?? "");
        if (item === undefined) await this.#drop([row], "damaged on disk");
        else found.push({ key: row.key, item: { ...item, bytes: Uint8Array.from(Buffer.from(item.bytes, "base64")) } });
      }
      return found;
    });
  }

  remove(key: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.#db.write([{ type: "del", key }], { sync: true });
      this.#rows = this.#rows.filter((row) => row.key !== key);
      this.#overflowing = false;
    });
  }

  waiting(relay: string, device?: DeviceId): number {
    return this.#rows.filter((row) => row.relay === relay && (device ?? row.device) === row.device).length;
  }

  /** Gives up what is too old, and the oldest of what is too much. */
  async #trim(): Promise<void> {
    const oldestKept = this.#ports.clock.now() - this.#bounds.maxAgeMs;
    await this.#drop(
      this.#rows.filter(({ keptAt }) => keptAt >= earliestMs && keptAt < oldestKept),
      "too old",
    );
    let bytes = this.#rows.reduce((sum, row) => sum + row.bytes, 0);
    const excess: Row[] = [];
    for (const row of this.#rows) {
      if (bytes <= this.#bounds.maxBytes) break;
      bytes -= row.bytes;
      excess.push(row);
    }
    await this.#drop(excess, "the outbox is full");
  }

  async #drop(rows: readonly Row[], reason: string): Promise<void> {
    if (rows.length === 0) return;
    const { log, dropped } = this.#ports;
    await this.#db.write(
      rows.map(({ key }) => ({ type: "del", key })),
      { sync: true },
    );
    const gone = new Set(rows);
    this.#rows = this.#rows.filter((row) => !gone.has(row));
    const fields = { items: rows.length, reason };
    if (this.#overflowing) log.debug(fields, "reports for the cloud are given up");
    else log.warn(fields, "reports for the cloud are given up");
    this.#overflowing = true;
    for (const row of rows) dropped(headOf(row), reason);
  }

  /** Whatever changes the rows or reads them from the disk does so one after the other. */
  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(action);
    this.#turn = done.catch((error: unknown) => {
      this.#ports.log.debug({ reason: describeError(error) }, "outbox failed");
    });
    return done;
  }
}

function headOf({ relay, device, keptAt }: OutboxHead): OutboxHead {
  return { relay, device, keptAt };
}

function parse(text: string): StoredItem | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return isStored(found) ? found : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isStored(value: unknown): value is StoredItem {
  if (typeof value !== "object" || value === null) return false;
  const { relay, device, keptAt, security, bytes } = value as Partial<Record<keyof StoredItem, unknown>>;
  const isText = [relay, device, bytes].every((part) => typeof part === "string");
  return isText && typeof keptAt === "number" && (security === "plain" || security === "tls");
}
