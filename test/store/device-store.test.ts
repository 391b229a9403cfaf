import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../src/model/device.js";
import type { DeviceRecord } from "../../src/model/ports.js";
import type { EpochMs } from "../../src/model/time.js";
import { silentLogger } from "../../src/runtime/log.js";
import { openDatabase } from "../../src/store/database.js";
import { createDeviceStore } from "../../src/store/device-store.js";
import { Outage } from "../../src/store/outage.js";
import { recordLog } from "../support/log-recorder.js";
import { createMemoryDatabase } from "../support/memory-database.js";

function record(id: string, power: number): DeviceRecord {
  return {
    description: {
      id: id as DeviceId,
      protocol: "acme",
      name: `Acme ${id}`,
      entities: [{ key: "power", platform: "sensor", name: "Power" }],
      eventTypes: [],
    },
    facts: { counter: 7 },
    values: { power },
    lastSeen: 1_000 as EpochMs,
    relay: "acme",
    totals: { energy: { value: 12.5 } },
  };
}

describe("device store", () => {
  it("gives back after a restart what was saved last", async () => {
    const folder = await mkdtemp(join(tmpdir(), "cloudtap-devices-"));
    const first = await openDatabase(folder);
    const store = createDeviceStore(first, silentLogger());
    for (const power of [1, 2, 3]) store.save(record("acme_1", power));
    store.save(record("acme_10", 10));
    await store.flush();
    await first.close();
    const second = await openDatabase(folder);
    const loaded = await createDeviceStore(second, silentLogger()).load();
    expect(loaded).toHaveLength(2);
    expect(loaded).toEqual(expect.arrayContaining([record("acme_1", 3), record("acme_10", 10)]));
    await second.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("saves hundreds of devices in few writes", async () => {
    const db = createMemoryDatabase();
    const store = createDeviceStore(db, silentLogger());
    for (let index = 0; index < 300; index += 1) store.save(record(`acme_${index}`, index));
    await store.flush();
    expect(await store.load()).toHaveLength(300);
    expect(db.writes).toBeLessThan(10);
  });

  it("keeps a description that devices of one kind share once in memory", async () => {
    const db = createMemoryDatabase();
    const store = createDeviceStore(db, silentLogger());
    store.save(record("acme_1", 1));
    store.save(record("acme_2", 2));
    await store.flush();
    const [first, second] = await store.load();
    expect(first?.description.entities[0]).toBe(second?.description.entities[0]);
  });

  it("removes a device behind what was saved of it before, and takes it up again as a new one", async () => {
    const db = createMemoryDatabase();
    const store = createDeviceStore(db, silentLogger());
    const first = record("acme_1", 1);
    for (const saved of [first, record("acme_2", 2)]) store.save(saved);
    await store.flush();
    store.save(record("acme_1", 3));
    store.remove("acme_1" as DeviceId);
    await store.flush();
    expect((await createDeviceStore(db, silentLogger()).load()).map(({ description }) => description.id)).toEqual([
      "acme_2",
    ]);
    store.save(first);
    await store.flush();
    expect(await createDeviceStore(db, silentLogger()).load()).toHaveLength(2);
  });

  it("removes a device when the disk is back that was full", async () => {
    const db = createMemoryDatabase();
    const store = createDeviceStore(db, silentLogger());
    store.save(record("acme_1", 1));
    await store.flush();
    db.failing = true;
    store.remove("acme_1" as DeviceId);
    await store.flush();
    db.failing = false;
    await store.flush();
    expect(await store.load()).toEqual([]);
  });

  it("does not write a description again that has not changed", async () => {
    const db = createMemoryDatabase();
    const store = createDeviceStore(db, silentLogger());
    const saved = record("acme_1", 1);
    store.save(saved);
    await store.flush();
    await db.write([{ type: "put", key: "device:acme_1:description", value: "untouched" }], { sync: false });
    store.save({ ...saved, values: { power: 2 } });
    await store.flush();
    expect(await db.get("device:acme_1:description")).toBe("untouched");
    store.save(record("acme_1", 3));
    await store.flush();
    expect(await db.get("device:acme_1:description")).not.toBe("untouched");
  });

  it("leaves out what is damaged, says which, and gives back the rest", async () => {
    const db = createMemoryDatabase();
    const store = createDeviceStore(db, silentLogger());
    for (const id of ["acme_1", "acme_2", "acme_3"]) store.save(record(id, 1));
    await store.flush();
    await db.write(
      [
        { type: "put", key: "device:acme_1:latest", value: '{"values":' },
        { type: "put", key: "device:acme_2:description", value: '{"id":"acme_2"}' },
      ],
      { sync: false },
    );
    const { log, of } = recordLog();
    const loaded = await createDeviceStore(db, log).load();
    expect(loaded.map((found) => found.description.id)).toEqual(["acme_3"]);
    expect(of("device record is damaged and left out").map((line) => [line.key, line.code])).toEqual([
      ["device:acme_1:latest", "STORE_FAILED"],
      ["device:acme_2:description", "STORE_FAILED"],
    ]);
  });

  it("reports a failing disk once, keeps what could not be saved and saves it when the disk is back", async () => {
    const db = createMemoryDatabase();
    const { log, of } = recordLog();
    const outage = new Outage(log);
    const store = createDeviceStore(db, log, outage);
    db.failing = true;
    store.save(record("acme_1", 1));
    await store.flush();
    expect(outage.reason).toEqual(expect.any(String));
    store.save(record("acme_2", 1));
    await store.flush();
    expect(of("store fails", "error")).toHaveLength(1);
    db.failing = false;
    await store.flush();
    expect(await store.load()).toHaveLength(2);
    expect(of("store works again")).toHaveLength(1);
    expect(outage.reason).toBeUndefined();
  });
});
