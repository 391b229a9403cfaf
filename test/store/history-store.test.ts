import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../src/model/device.js";
import type { EpochMs } from "../../src/model/time.js";
import { silentLogger } from "../../src/runtime/log.js";
import { createHistoryStore } from "../../src/store/history-store.js";
import { createMemoryDatabase } from "../support/memory-database.js";

const device = "acme_1" as DeviceId;
const at = (minutes: number) => (minutes * 60_000) as EpochMs;
const record = (minutes: number, power: number) => ({ at: at(minutes), values: { power } });

describe("history store", () => {
  it("gives back a span of time, its end not included, oldest first", async () => {
    const store = createHistoryStore(createMemoryDatabase(), silentLogger());
    for (const minutes of [1_000, 5, 10, 15]) store.save(device, record(minutes, minutes));
    expect(await store.load(device, at(5), at(15))).toEqual([record(5, 5), record(10, 10)]);
    expect(await store.load(device, at(0), at(2_000))).toHaveLength(4);
  });

  it("replaces a record of the same time", async () => {
    const store = createHistoryStore(createMemoryDatabase(), silentLogger());
    store.save(device, record(5, 1));
    await store.flush();
    store.save(device, record(5, 2));
    expect(await store.load(device, at(0), at(9))).toEqual([record(5, 2)]);
  });

  it("drops what is older and what a removed device left", async () => {
    const store = createHistoryStore(createMemoryDatabase(), silentLogger());
    for (const minutes of [5, 10]) store.save(device, record(minutes, minutes));
    store.dropBefore(at(10));
    expect(await store.load(device, at(0), at(99))).toEqual([record(10, 10)]);
    store.remove(device);
    expect(await store.load(device, at(0), at(99))).toEqual([]);
  });

  it("leaves out what is no record, and tells that nothing can be read", async () => {
    const db = createMemoryDatabase();
    const store = createHistoryStore(db, silentLogger());
    store.save(device, record(5, 1));
    await store.flush();
    const rows = ["7", "null", '{"at":1}', '{"at":"x","values":{}}', '{"at":1,"values":null}'];
    await db.write(
      rows.map((value, index) => ({ type: "put", key: `history:acme_1:00000000060${index}`, value })),
      { sync: false },
    );
    expect(await store.load(device, at(0), at(99))).toEqual([record(5, 1)]);
    await db.close();
    expect(await store.load(device, at(0), at(99))).toBeUndefined();
  });
});
