import type { SpliceStore } from "../model/ports.js";
import type { SpliceKey, SpliceRecord } from "../model/splice.js";
import { describeError } from "../runtime/errors.js";
import type { Logger } from "../runtime/log.js";
import type { Change, Database } from "./database.js";
import { Outage } from "./outage.js";

const prefix = "splice:";

/**
 * Whose TLS is passed through unread, one row each, written one after the other and synced. `outage`: where others that
 * write to the same database say so, too.
 */
export function createSpliceStore(db: Database, log: Logger, outage: Outage = new Outage(log)): SpliceStore {
  let writing = Promise.resolve();
  const write = (change: Change): void => {
    writing = writing
      .then(() => db.write([change], { sync: true }))
      .then(
        () => outage.worked(),
        (error: unknown) => outage.failed(error),
      );
  };
  return {
    async load() {
      const records: SpliceRecord[] = [];
      for await (const [key, text] of db.entries(prefix)) {
        const record = parse(text, (reason) => log.debug({ key, reason }, "record of an unread device is not JSON"));
        if (record !== undefined) records.push(record);
        else log.warn({ key, code: "STORE_FAILED" }, "record of an unread device is damaged and left out");
      }
      return records;
    },
    save: (record) => write({ type: "put", key: keyOf(record), value: JSON.stringify(record) }),
    remove: (key) => write({ type: "del", key: keyOf(key) }),
    flush: () => writing,
  };
}

function keyOf({ relay, address, target }: SpliceKey): string {
  return `${prefix}${JSON.stringify([relay, address, target])}`;
}

function parse(text: string, failed: (reason: string) => void): SpliceRecord | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return isRecord(found) ? found : undefined;
  } catch (error) {
    failed(describeError(error));
    return undefined;
  }
}

function isRecord(found: unknown): found is SpliceRecord {
  if (typeof found !== "object" || found === null) return false;
  const { relay, address, target, since, reason }: Partial<SpliceRecord> = found;
  const texts = [relay, address, target, reason];
  return typeof since === "number" && texts.every((text) => typeof text === "string");
}
