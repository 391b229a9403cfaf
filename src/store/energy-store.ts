import type { DeviceId } from "../model/device.js";
import type { EnergyDayRecord } from "../model/history.js";
import type { EnergyStore } from "../model/ports.js";
import type { Logger } from "../runtime/log.js";
import type { Database } from "./database.js";
import { DeviceRows } from "./device-rows.js";
import { Outage } from "./outage.js";

/** Comes behind each day in the order of keys. */
const behind = "~";

/** One row a device and day: `energy:<device>:2026-11-21`. `outage`: where others that write to it say so, too. */
export function createEnergyStore(db: Database, log: Logger, outage: Outage = new Outage(log)): EnergyStore {
  const rows = new DeviceRows(db, "energy", log, outage);
  return {
    async newest(day, limit) {
      const found = await rows.newest(day + behind, limit);
      const records = new Map<DeviceId, EnergyDayRecord>();
      for (const [device, record] of found) if (isRecord(record)) records.set(device, record);
      return records;
    },
    save: (device, record) => rows.put(device, record.day, record),
    async load(device, from, to) {
      const found = await rows.load(device, from, to + behind);
      return (found ?? []).filter(isRecord);
    },
    remove: (device) => rows.remove(device),
    dropBefore: (day) => rows.dropBefore(day),
    flush: () => rows.flush(),
  };
}

function isRecord(found: unknown): found is EnergyDayRecord {
  if (typeof found !== "object" || found === null) return false;
  const { day, key, from, last, at, before, isWhole }: Partial<EnergyDayRecord> = found;
  const numbers = [from, last, at, before];
  return (
    typeof day === "string" &&
    typeof key === "string" &&
    typeof isWhole === "boolean" &&
    numbers.every((one) => typeof one === "number")
  );
}
