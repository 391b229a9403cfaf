import type { DeviceRecord, DeviceStore } from "../../src/model/ports.js";

export interface MemoryDeviceStore extends DeviceStore {
  /** Every record saved so far, in order. */
  readonly saved: readonly DeviceRecord[];
}

/** A device store without a disk. Records pass through JSON, as they do on their way to a disk. */
export function createMemoryDeviceStore(kept: readonly DeviceRecord[] = []): MemoryDeviceStore {
  const records = new Map(kept.map((record) => [record.description.id, record]));
  const saved: DeviceRecord[] = [];
  return {
    saved,
    async load() {
      const copies: readonly DeviceRecord[] = JSON.parse(JSON.stringify([...records.values()]));
      return copies;
    },
    save(record) {
      saved.push(record);
      records.set(record.description.id, record);
    },
    remove(device) {
      records.delete(device);
    },
    async flush() {},
  };
}
