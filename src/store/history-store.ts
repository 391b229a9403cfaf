import type { HistoryRecord } from "../model/history.js";
import type { HistoryStore } from "../model/ports.js";
import type { EpochMs } from "../model/time.js";
import type { Logger } from "../runtime/log.js";
import type { Database } from "./database.js";
import { DeviceRows } from "./device-rows.js";
import { Outage } from "./outage.js";

/**
 * One row a device and record: `history:<device>:<begin in seconds, 12 digits>`. `outage`: where others that write to the
 * same database say so, too.
 */
export function createHistoryStore(db: Database, log: Logger, outage: Outage = new Outage(log)): HistoryStore {
  const rows = new DeviceRows(db, "history", log, outage);
  return {
    save: (device, record) => rows.put(device, suffixOf(record.at), record),
    async load(device, from, to) {
      const found = await rows.load(device, suffixOf(from), suffixOf(to));
      return found?.filter(isRecord);
    },
    remove: (device) => rows.remove(device),
    dropBefore: (at) => rows.dropBefore(suffixOf(at)),
    flush: () => rows.flush(),
  };
}

function suffixOf(at: EpochMs): string {
  return String(Math.max(0, Math.ceil(at / 1_000))).padStart(12, "0");
}

function isRecord(found: unknown): found is HistoryRecord {
  if (typeof found !== "object" || found === null) return false;
  const { at, values }: Partial<HistoryRecord> = found;
  return typeof at === "number" && typeof values === "object" && values !== null;
}
