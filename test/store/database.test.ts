import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../../src/store/database.js";
import { createMemoryDatabase } from "../support/memory-database.js";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cloudtap-store-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function list(db: Database, prefix: string): Promise<readonly (readonly [string, string])[]> {
  const found: (readonly [string, string])[] = [];
  for await (const entry of db.entries(prefix)) found.push(entry);
  return found;
}

const kinds: readonly [string, () => Promise<Database>][] = [
  ["on disk", () => openDatabase(folder)],
  ["in memory, for tests", async () => createMemoryDatabase()],
];

describe.each(kinds)("database %s", (_kind, open) => {
  it("gives back what was written, and undefined for what was not or was deleted", async () => {
    const db = await open();
    await db.write([{ type: "put", key: "a", value: "größer" }], { sync: true });
    expect(await db.get("a")).toBe("größer");
    await db.write([{ type: "del", key: "a" }], { sync: false });
    expect(await db.get("a")).toBeUndefined();
    await db.close();
  });

  it("gives many at once, in the order in which they were asked for", async () => {
    const db = await open();
    await db.write(
      ["a", "b"].map((key) => ({ type: "put", key, value: key.toUpperCase() })),
      { sync: false },
    );
    expect(await db.getMany(["b", "c", "a"])).toEqual(["B", undefined, "A"]);
    expect(await db.getMany([])).toEqual([]);
    await db.close();
  });

  it("lists the entries of a prefix in the order of their keys", async () => {
    const db = await open();
    const keys = ["q:2", "q:10", "p:1", "q", "r:1"];
    await db.write(
      keys.map((key) => ({ type: "put", key, value: key.toUpperCase() })),
      { sync: false },
    );
    expect(await list(db, "q:")).toEqual([
      ["q:10", "Q:10"],
      ["q:2", "Q:2"],
    ]);
    await db.close();
  });

  it("gives a range of keys without its end, in either order and no more than asked for", async () => {
    const db = await open();
    const keys = ["a:1", "a:2", "a:3", "b:1"];
    await db.write(
      keys.map((key) => ({ type: "put", key, value: key.toUpperCase() })),
      { sync: false },
    );
    const range = { from: "a:1", to: "a:3" };
    expect(await db.range(range)).toEqual([
      ["a:1", "A:1"],
      ["a:2", "A:2"],
    ]);
    expect(await db.range(range, { limit: 1, reverse: true })).toEqual([["a:2", "A:2"]]);
    expect(await db.range(range, { limit: 1 })).toEqual([["a:1", "A:1"]]);
    expect(await db.range({ from: "a:11", to: "a:2" })).toEqual([]);
    await db.close();
  });

  it("deletes a range of keys without its end", async () => {
    const db = await open();
    const keys = ["a:1", "a:2", "a:3", "b:1"];
    await db.write(
      keys.map((key) => ({ type: "put", key, value: "" })),
      { sync: false },
    );
    await db.deleteRange({ from: "a:1", to: "a:3" });
    expect((await list(db, "")).map(([key]) => key)).toEqual(["a:3", "b:1"]);
    await db.close();
  });

  it("refuses everything once it is closed", async () => {
    const db = await open();
    await db.close();
    await expect(db.get("a")).rejects.toMatchObject({ code: "STORE_FAILED" });
    await expect(db.getMany(["a"])).rejects.toMatchObject({ code: "STORE_FAILED" });
    await expect(db.write([], { sync: false })).rejects.toMatchObject({ code: "STORE_FAILED" });
    await expect(list(db, "")).rejects.toMatchObject({ code: "STORE_FAILED" });
    const range = { from: "a", to: "b" };
    await expect(db.range(range)).rejects.toMatchObject({ code: "STORE_FAILED" });
    await expect(db.deleteRange(range)).rejects.toMatchObject({ code: "STORE_FAILED" });
  });
});

describe("database on disk", () => {
  it("is still there when it is opened again", async () => {
    const first = await openDatabase(folder);
    await first.write([{ type: "put", key: "a", value: "1" }], { sync: false });
    await first.close();
    const second = await openDatabase(folder);
    expect(await second.get("a")).toBe("1");
    await second.close();
  });

  it("says that another Cloudtap uses the folder", async () => {
    const first = await openDatabase(folder);
    await expect(openDatabase(folder)).rejects.toMatchObject({
      code: "STORE_FAILED",
      message: expect.stringMatching(/another Cloudtap uses it.*data_dir/),
      details: { folder: join(folder, "store") },
    });
    await first.close();
  });

  it("says that the folder cannot be written to", async () => {
    await writeFile(join(folder, "file"), "");
    await expect(openDatabase(join(folder, "file"))).rejects.toMatchObject({
      code: "STORE_FAILED",
      message: expect.stringMatching(/ENOTDIR.*check that data_dir/),
    });
  });

  it("says that the store is damaged, and does not begin a new one over it", async () => {
    const first = await openDatabase(folder);
    await first.close();
    await writeFile(join(folder, "store", "CURRENT"), "garbage");
    await expect(openDatabase(folder)).rejects.toMatchObject({
      code: "STORE_FAILED",
      message: expect.stringMatching(/backup/),
    });
  });

  it("is opened anew after a write that failed, and works again", async () => {
    const db = await openDatabase(folder);
    await db.write([{ type: "put", key: "before", value: "1" }], { sync: true });
    const broken: string = JSON.parse("null");
    await expect(db.write([{ type: "put", key: broken, value: "1" }], { sync: true })).rejects.toMatchObject({
      code: "STORE_FAILED",
    });
    await Promise.all(["x", "y", "z"].map((key) => db.write([{ type: "put", key, value: key }], { sync: true })));
    // LevelDB puts its log of events aside when it is opened.
    expect(await readdir(join(folder, "store"))).toContain("LOG.old");
    expect(await db.get("before")).toBe("1");
    expect(await Promise.all(["x", "y", "z"].map((key) => db.get(key)))).toEqual(["x", "y", "z"]);
    await db.close();
  });
});
