import { describe, expect, it } from "vitest";
import { createDocumentStore } from "../../src/store/document-store.js";
import { recordLog } from "../support/log-recorder.js";
import { createMemoryDatabase } from "../support/memory-database.js";

function setUp() {
  const db = createMemoryDatabase();
  const logs = recordLog();
  const open = (name = "disclosure") => createDocumentStore(db, name, logs.log);
  return { db, logs, open };
}

describe("the store of a document", () => {
  it("gives back what was saved last, by its name", async () => {
    const { open } = setUp();
    expect(await open().load()).toBeUndefined();
    await open("other").save({ other: true });
    const store = open();
    await Promise.all([store.save({ days: [1] }), store.save({ days: [1, 2] })]);
    expect(await open().load()).toEqual({ days: [1, 2] });
  });

  it.each(["{", "[1]", "null", "5"])("leaves out what is damaged, and says so: %s", async (value) => {
    const { db, logs, open } = setUp();
    await db.write([{ type: "put", key: "document:disclosure", value }], { sync: true });
    expect(await open().load()).toBeUndefined();
    expect(logs.of("document in the store is damaged and left out", "warn")).toHaveLength(1);
  });

  it("goes on where the disk is full, says so once, and works again afterwards", async () => {
    const { db, logs, open } = setUp();
    const store = open();
    db.failing = true;
    await store.save({ at: 1 });
    await store.save({ at: 2 });
    expect(logs.of("store fails", "error")).toMatchObject([{ code: "STORE_FAILED", document: "disclosure" }]);
    db.failing = false;
    await store.save({ at: 3 });
    expect(logs.of("store works again")).toHaveLength(1);
    expect(await store.load()).toEqual({ at: 3 });
  });

  it("throws where nothing can be read", async () => {
    const { db, open } = setUp();
    await db.close();
    await expect(open().load()).rejects.toMatchObject({ code: "STORE_FAILED" });
  });
});
