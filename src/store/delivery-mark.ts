import type { DeliveryMark } from "../model/ports.js";
import type { Change, Database } from "./database.js";

/** `name`: of the queue that it belongs to. */
export function createDeliveryMark(db: Database, name: string): DeliveryMark {
  const key = `mark:${name}`;
  return {
    load: () => db.get(key),
    save(newest) {
      const change: Change = newest === undefined ? { type: "del", key } : { type: "put", key, value: newest };
      return db.write([change], { sync: false });
    },
  };
}
