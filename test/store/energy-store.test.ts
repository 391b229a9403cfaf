import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../src/model/device.js";
import type { EnergyDayRecord } from "../../src/model/history.js";
import type { EpochMs } from "../../src/model/time.js";
import { silentLogger } from "../../src/runtime/log.js";
import { createEnergyStore } from "../../src/store/energy-store.js";
import { createMemoryDatabase } from "../support/memory-database.js";

const device = "acme_1" as DeviceId;

function record(day: string, last: number): EnergyDayRecord {
  return { day, key: "energy", from: 1, last, at: 5 as EpochMs, before: 0, isWhole: true };
}

describe("energy store", () => {
  it("gives back days, both ends included, oldest first", async () => {
    const store = createEnergyStore(createMemoryDatabase(), silentLogger());
    for (const day of ["2026-11-22", "2026-11-20", "2026-11-21", "2026-12-01"]) store.save(device, record(day, 2));
    const found = await store.load(device, "2026-11-21", "2026-12-01");
    expect(found.map(({ day }) => day)).toEqual(["2026-11-21", "2026-11-22", "2026-12-01"]);
    expect(found[0]).toEqual(record("2026-11-21", 2));
  });

  it("knows the newest day of each device, but none of the future", async () => {
    const store = createEnergyStore(createMemoryDatabase(), silentLogger());
    for (const day of ["2026-11-20", "2026-11-21", "2036-01-01"]) store.save(device, record(day, 2));
    store.save("acme_2" as DeviceId, record("2036-01-01", 2));
    expect([...(await store.newest("2026-11-21", 9))]).toEqual([[device, record("2026-11-21", 2)]]);
  });

  it("drops old days and removed devices", async () => {
    const store = createEnergyStore(createMemoryDatabase(), silentLogger());
    for (const day of ["2026-11-20", "2026-11-21"]) store.save(device, record(day, 2));
    store.dropBefore("2026-11-21");
    expect(await store.load(device, "2026-01-01", "2026-12-31")).toEqual([record("2026-11-21", 2)]);
    store.remove(device);
    await store.flush();
    expect(await store.load(device, "2026-01-01", "2026-12-31")).toEqual([]);
  });

  it("leaves out what is no record, and has none where nothing can be read", async () => {
    const db = createMemoryDatabase();
    const store = createEnergyStore(db, silentLogger());
    await db.write([{ type: "put", key: "energy:acme_1:2026-11-21", value: '{"day":"2026-11-21","last":"x"}' }], {
      sync: false,
    });
    expect(await store.load(device, "2026-01-01", "2026-12-31")).toEqual([]);
    expect((await store.newest("2026-12-31", 9)).size).toBe(0);
    await db.close();
    expect(await store.load(device, "2026-01-01", "2026-12-31")).toEqual([]);
  });
});
