import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DeviceId } from "../../src/model/device.js";
import { silentLogger } from "../../src/runtime/log.js";
import { type Database, openDatabase } from "../../src/store/database.js";
import { DeviceRows } from "../../src/store/device-rows.js";
import { Outage } from "../../src/store/outage.js";
import { recordLog } from "../support/log-recorder.js";
import { createMemoryDatabase } from "../support/memory-database.js";

const one = "acme_1" as DeviceId;
const ten = "acme_10" as DeviceId;
const end = "~";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cloudtap-rows-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const kinds: readonly [string, () => Promise<Database>][] = [
  ["on disk", () => openDatabase(folder)],
  ["in memory", async () => createMemoryDatabase()],
];

describe.each(kinds)("rows of devices %s", (_kind, open) => {
  let db: Database;
  let rows: DeviceRows;

  beforeEach(async () => {
    db = await open();
    rows = new DeviceRows(db, "acme", silentLogger(), new Outage(silentLogger()));
  });

  afterEach(async () => {
    await db.close();
  });

  it("give back what was put just before, by device and in the order of suffixes", async () => {
    for (const suffix of ["3", "1", "2"]) rows.put(one, suffix, { suffix });
    rows.put(ten, "2", { suffix: "of ten" });
    rows.put(one, "2", { suffix: "2 again" });
    expect(await rows.load(one, "1", "3")).toEqual([{ suffix: "1" }, { suffix: "2 again" }]);
    expect(await rows.load(ten, "", end)).toEqual([{ suffix: "of ten" }]);
    expect(await rows.load("acme_2" as DeviceId, "", end)).toEqual([]);
  });

  it("are all given back where they are many", async () => {
    const suffixes = Array.from({ length: 1_200 }, (_, index) => String(index).padStart(5, "0"));
    for (const suffix of suffixes) rows.put(one, suffix, [suffix]);
    expect(await rows.load(one, "", end)).toEqual(suffixes.map((suffix) => [suffix]));
  });

  it("tell the newest of each device that is not too late", async () => {
    for (const suffix of ["1", "2", "3"]) rows.put(one, suffix, { suffix });
    rows.put(ten, "1", { suffix: "of ten" });
    rows.put("acme_9" as DeviceId, "9", { suffix: "too late" });
    expect(Object.fromEntries(await rows.newest("3", 5))).toEqual({
      acme_1: { suffix: "2" },
      acme_10: { suffix: "of ten" },
    });
    expect((await rows.newest(end, 1)).size).toBe(1);
  });

  it("drop what is older, of all devices and of nobody else's rows", async () => {
    const others = new DeviceRows(db, "acmes", silentLogger(), new Outage(silentLogger()));
    others.put(one, "1", {});
    await others.flush();
    for (const suffix of ["1", "2"]) rows.put(one, suffix, { suffix });
    rows.put(ten, "1", {});
    rows.dropBefore("2");
    expect(await rows.load(one, "", end)).toEqual([{ suffix: "2" }]);
    expect(await rows.load(ten, "", end)).toEqual([]);
    expect(await others.load(one, "", end)).toEqual([{}]);
  });

  it("remove a device with what was put before, not with what is put after", async () => {
    rows.put(one, "1", {});
    rows.put(ten, "1", {});
    rows.remove(one);
    rows.put(one, "2", { suffix: "2" });
    expect(await rows.load(one, "", end)).toEqual([{ suffix: "2" }]);
    expect(await rows.load(ten, "", end)).toEqual([{}]);
  });
});

describe("rows of devices", () => {
  it("go out in few writes", async () => {
    const db = createMemoryDatabase();
    const rows = new DeviceRows(db, "acme", silentLogger(), new Outage(silentLogger()));
    for (let index = 0; index < 300; index += 1) rows.put(`acme_${index}` as DeviceId, "1", {});
    await rows.flush();
    expect(db.writes).toBe(5);
  });

  it("say once that the store fails and once that it works again", async () => {
    const db = createMemoryDatabase();
    const { log, of } = recordLog();
    const rows = new DeviceRows(db, "acme", log, new Outage(log));
    db.failing = true;
    for (const suffix of ["1", "2"]) {
      rows.put(one, suffix, {});
      rows.dropBefore("0");
      rows.remove(ten);
      await rows.flush();
    }
    expect(of("store fails", "error")).toMatchObject([{ code: "STORE_FAILED", rows: "acme" }]);
    db.failing = false;
    rows.put(one, "3", { suffix: "3" });
    expect(await rows.load(one, "", end)).toEqual([{ suffix: "3" }]);
    expect(of("store works again")).toHaveLength(1);
  });

  it("are unknown where the store cannot be read", async () => {
    const db = createMemoryDatabase();
    const { log, of } = recordLog();
    const rows = new DeviceRows(db, "acme", log, new Outage(log));
    await db.close();
    expect(await rows.load(one, "", end)).toBeUndefined();
    expect((await rows.newest(end, 5)).size).toBe(0);
    expect(of("store fails", "error")).toHaveLength(1);
  });

  it("leave out what is no JSON", async () => {
    const db = createMemoryDatabase();
    const rows = new DeviceRows(db, "acme", silentLogger(), new Outage(silentLogger()));
    rows.put(one, "1", { suffix: "1" });
    await rows.flush();
    await db.write([{ type: "put", key: "acme:acme_1:2", value: "{" }], { sync: false });
    expect(await rows.load(one, "", end)).toEqual([{ suffix: "1" }]);
  });

  it("take no more than a bound while the disk is slow", async () => {
    const db = createMemoryDatabase();
    const rows = new DeviceRows(db, "acme", silentLogger(), new Outage(silentLogger()));
    for (let index = 0; index < 10_100; index += 1) rows.put(one, String(index).padStart(5, "0"), {});
    expect(await rows.load(one, "", end)).toHaveLength(10_000);
    rows.put(one, "99999", {});
    expect(await rows.load(one, "", end)).toHaveLength(10_001);
  });
});
