import { mkdir } from "node:fs/promises";
import type { Clock } from "../../runtime/clock.js";
import { describeError } from "../../runtime/errors.js";
import type { Logger } from "../../runtime/log.js";
import { systemCodeOf } from "../../runtime/system-errors.js";
import { encodeSessionLog } from "../../wire/session-log.js";
import { BodyFiles } from "./body-files.js";
import { compressClosedDays } from "./closed-days.js";
import { type DayFileKind, DayFiles } from "./day-files.js";
import type { ExchangeItem, ReadingItem, SessionItem, SpoolItem } from "./spool-item.js";
import { dayOf, exchangeName } from "./spool-names.js";
import { SpoolUsage } from "./spool-usage.js";

export interface SpoolStoreOptions {
  readonly directory: string;
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How many of the items that were given are done with. */
export interface Written {
  readonly items: number;
  /** Of these, too large ever to fit. */
  readonly refused: number;
}

const readings: DayFileKind = { stem: "readings", extension: "jsonl", ending: "\n" };
const batchBytes = 256 * 1024;

/** The folder of the spool: one caller at a time. What it throws is what the file system says; then it may be called again. */
export class SpoolStore {
  readonly #options: SpoolStoreOptions;
  readonly #usage: SpoolUsage;
  readonly #dayFiles: DayFiles;
  readonly #bodies: BodyFiles;
  /** On which day closed ones were last looked at. */
  #tidiedOn = "";
  #exchanges = 0;

  constructor(options: SpoolStoreOptions) {
    this.#options = options;
    this.#usage = new SpoolUsage(options.directory, options.maxBytes, options.log);
    this.#dayFiles = new DayFiles(this.#usage);
    this.#bodies = new BodyFiles(this.#usage);
  }

  /** Removes what is too old, and compresses what is closed, at the first call of a day or when it is `due`. */
  async tidy(due: boolean): Promise<void> {
    const { directory, maxAgeMs, clock, log } = this.#options;
    const now = clock.now();
    const today = dayOf(now);
    const isNewDay = today !== this.#tidiedOn;
    if (!isNewDay && !due) return;
    if (isNewDay) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await this.#usage.scan();
      await this.#usage.makeRoom(0);
    }
    await this.#usage.removeEndedBy(now - maxAgeMs);
    this.#tidiedOn = today;
    try {
      await compressClosedDays(this.#usage, today, log);
    } catch (error) {
      // The files stay as they are, and it is tried again later.
      if (systemCodeOf(error) === undefined) throw error;
      log.warn({ code: "SPOOL_FAILED", reason: describeError(error) }, "spooled files are not compressed");
    }
  }

  /** Writes the first of `items`, and those behind it that go into the same file. At least one is given. */
  async write(items: readonly SpoolItem[]): Promise<Written> {
    const [first] = items;
    if (first === undefined) return { items: 0, refused: 0 };
    switch (first.type) {
      case "reading":
        return this.#writeReadings(first, items);
      case "session":
        return this.#writeSession(first);
      case "exchange":
        return this.#writeExchange(first);
    }
  }

  async #writeReadings(first: ReadingItem, items: readonly SpoolItem[]): Promise<Written> {
    const day = dayOf(first.at);
    const lines: Uint8Array[] = [];
    let bytes = 0;
    for (const item of items) {
      const fits = item.type === "reading" && item.relay === first.relay && dayOf(item.at) === day;
      if (!fits || (lines.length > 0 && bytes + item.bytes > batchBytes)) break;
      lines.push(item.line);
      bytes += item.bytes;
    }
    const stored = await this.#append(first, readings, Buffer.concat(lines));
    return { items: lines.length, refused: stored ? 0 : lines.length };
  }

  async #writeSession(item: SessionItem): Promise<Written> {
    const kind = { stem: item.protocol, extension: "raw-log.json", ending: "\n}\n" };
    const stored = await this.#append(item, kind, Buffer.from(encodeSessionLog(item.log)));
    return { items: 1, refused: stored ? 0 : 1 };
  }

  async #append({ relay, at }: SpoolItem, kind: DayFileKind, data: Uint8Array): Promise<boolean> {
    const path = await this.#dayFiles.append(this.#usage.folderOf(relay, dayOf(at)), kind, data);
    if (path !== undefined) this.#options.log.debug({ path, bytes: data.length }, "spooled");
    return path !== undefined;
  }

  async #writeExchange(item: ExchangeItem): Promise<Written> {
    const { frame, archive, names, relay, at } = item;
    const bodies = archive.parts(frame);
    if (bodies.length === 0) return { items: 1, refused: 0 };
    item.name ??= names.nameOf(frame.direction, () => exchangeName(at, this.#nextNumber()));
    // An answer stands beside its question, also when midnight lies between them.
    const folder = this.#usage.folderOf(relay, item.name.slice(0, "2026-11-21".length));
    const stored = await this.#bodies.write(folder, item.name, bodies);
    const files = bodies.map(({ extension }) => extension);
    if (stored) this.#options.log.debug({ path: folder.path, name: item.name, files }, "spooled");
    return { items: 1, refused: stored ? 0 : 1 };
  }

  #nextNumber(): number {
    this.#exchanges += 1;
    return this.#exchanges;
  }
}
