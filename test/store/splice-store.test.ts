import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { SpliceRecord } from "../../src/model/splice.js";
import type { EpochMs } from "../../src/model/time.js";
import { silentLogger } from "../../src/runtime/log.js";
import { openDatabase } from "../../src/store/database.js";
import { createSpliceStore } from "../../src/store/splice-store.js";
import { recordLog } from "../support/log-recorder.js";
import { createMemoryDatabase } from "../support/memory-database.js";

const record: SpliceRecord = {
  ...{ relay: "roof", address: "192.168.1.50", target: "[fd00::7]:443" },
  ...{ since: 1_000 as EpochMs, reason: "alert unknown ca" },
};
const folder = mkdtempSync(join(tmpdir(), "cloudtap-splices-"));

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the store of devices that are passed through unread", () => {
  it("gives back after a restart what was saved and not removed", async () => {
    const first = await openDatabase(folder);
    const store = createSpliceStore(first, silentLogger());
    store.save(record);
    store.save({ ...record, target: "" });
    store.remove({ ...record, target: "" });
    store.save({ ...record, reason: "reset" });
    await store.flush();
    await first.close();
    const second = await openDatabase(folder);
    expect(await createSpliceStore(second, silentLogger()).load()).toEqual([{ ...record, reason: "reset" }]);
    await second.close();
  });

  it("leaves out what is damaged, and says so", async () => {
    const db = createMemoryDatabase();
    const logs = recordLog();
    const rows = [
      ["splice:a", "{"],
      ["splice:b", '{"relay":1}'],
      ["splice:c", JSON.stringify(record)],
    ] as const;
    await db.write(
      rows.map(([key, value]) => ({ type: "put", key, value })),
      { sync: true },
    );
    expect(await createSpliceStore(db, logs.log).load()).toEqual([record]);
    expect(logs.of("record of an unread device is damaged and left out", "warn")).toHaveLength(2);
  });
});
