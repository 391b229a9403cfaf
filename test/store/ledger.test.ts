import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Posting } from "../../src/model/protocol.js";
import type { EpochMs } from "../../src/model/time.js";
import type { JsonValue } from "../../src/model/value.js";
import { openDatabase } from "../../src/store/database.js";
import { createLedger } from "../../src/store/ledger.js";
import { itemsPerAccount, ledgerAccounts, startBacklog, total } from "../support/backlog.js";
import { createMemoryDatabase } from "../support/memory-database.js";

const now = 1_000 as EpochMs;

/** Adds `amount` to a sum and notes what the books were before. */
function adding(account: string, amount: number, seen: (JsonValue | undefined)[] = []): Posting {
  return {
    account,
    apply(books) {
      seen.push(books);
      const sum = typeof books === "number" ? books + amount : amount;
      return { books: sum, devices: [], readings: [], events: [], anomalies: [] };
    },
  };
}

let folder: string | undefined;

afterEach(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  folder = undefined;
});

describe("ledger", () => {
  it("applies postings of one account in order, each on the books that the one before left", async () => {
    const ledger = createLedger(createMemoryDatabase());
    const seen: (JsonValue | undefined)[] = [];
    const outcomes = await Promise.all([1, 2, 3].map((amount) => ledger.post(adding("a", amount, seen), now)));
    expect(seen).toEqual([undefined, 1, 3]);
    expect(outcomes.map((outcome) => outcome.books)).toEqual([1, 3, 6]);
  });

  it("has the books on disk when the outcome is given out", async () => {
    const db = createMemoryDatabase();
    await createLedger(db).post(adding("a", 5), now);
    expect(await createLedger(db).post(adding("a", 1), now)).toMatchObject({ books: 6 });
  });

  it("does not write books that a repeated report has left as they are", async () => {
    const db = createMemoryDatabase();
    const ledger = createLedger(db);
    await ledger.post(adding("a", 5), now);
    const repeat: Posting = {
      account: "a",
      apply: (books) => ({ books: books ?? null, devices: [], readings: [], events: [], anomalies: [] }),
    };
    await ledger.post(repeat, now);
    expect(db.writes).toBe(1);
  });

  it("leaves the old books when the disk fails, and goes on when it is back", async () => {
    const db = createMemoryDatabase();
    const ledger = createLedger(db);
    await ledger.post(adding("a", 5), now);
    db.failing = true;
    await expect(ledger.post(adding("a", 100), now)).rejects.toMatchObject({ code: "STORE_FAILED" });
    db.failing = false;
    expect(await ledger.post(adding("a", 1), now)).toMatchObject({ books: 6 });
  });

  it("keeps an account going after a posting that throws", async () => {
    const ledger = createLedger(createMemoryDatabase());
    const faulty: Posting = {
      account: "a",
      apply() {
        throw new Error("fault in a protocol");
      },
    };
    const failed = ledger.post(faulty, now);
    const next = ledger.post(adding("a", 1), now);
    await expect(failed).rejects.toThrow("fault in a protocol");
    expect(await next).toMatchObject({ books: 1 });
  });

  it("lets no account wait for another", async () => {
    const db = createMemoryDatabase();
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const get = db.get.bind(db);
    db.get = async (key) => {
      if (key.endsWith(":slow")) await held;
      return get(key);
    };
    const ledger = createLedger(db);
    const slow = ledger.post(adding("slow", 1), now);
    expect(await ledger.post(adding("quick", 2), now)).toMatchObject({ books: 2 });
    release();
    expect(await slow).toMatchObject({ books: 1 });
  });

  it("finds books again that no longer fit into memory", async () => {
    const ledger = createLedger(createMemoryDatabase(), 2);
    const accounts = ["a", "b", "c", "d"];
    for (const account of accounts) await ledger.post(adding(account, 10), now);
    const outcomes = await Promise.all(accounts.map((account) => ledger.post(adding(account, 1), now)));
    expect(outcomes.map((outcome) => outcome.books)).toEqual([11, 11, 11, 11]);
  });

  it("refuses damaged books by the account's name and never begins them anew", async () => {
    const db = createMemoryDatabase();
    await db.write([{ type: "put", key: "ledger:envoy_1", value: '{"energy": 12' }], { sync: true });
    const ledger = createLedger(db);
    const refused = { code: "STORE_FAILED", message: expect.stringContaining("envoy_1") };
    await expect(ledger.post(adding("envoy_1", 1), now)).rejects.toMatchObject(refused);
    await expect(ledger.post(adding("envoy_1", 1), now)).rejects.toMatchObject(refused);
    expect(await db.get("ledger:envoy_1")).toBe('{"energy": 12');
  });

  it("refuses postings beyond those that may wait", async () => {
    const ledger = createLedger(createMemoryDatabase());
    const settled = await Promise.allSettled(Array.from({ length: 300 }, () => ledger.post(adding("a", 1), now)));
    expect(settled.filter((result) => result.status === "fulfilled")).toHaveLength(256);
    expect(await ledger.post(adding("a", 1), now)).toMatchObject({ books: 257 });
  });

  it("takes a name that is not an account for a fault of ours", async () => {
    await expect(createLedger(createMemoryDatabase()).post(adding("a:b", 1), now)).rejects.toThrow(TypeError);
  });

  it("E30: counts each contribution once when it is killed again and again and the backlog comes twice", async () => {
    folder = await mkdtemp(join(tmpdir(), "cloudtap-ledger-"));
    const acknowledged = new Set<string>();
    // Points of the kill, in acknowledgements: within the first round, between the rounds, within the second.
    const kills = [0, 1, 2, 5, 9, 17, 30, 44, 61, 90, 121, 150, 180, 222, 260];
    let torn = 0;
    for (const afterAcknowledgements of kills) {
      const run = await startBacklog(folder, afterAcknowledgements);
      expect([null, 0], "killed, or done before").toContain(run.exitCode);
      // What was once said to be on disk is never applied again.
      expect(run.applied.filter((item) => acknowledged.has(item))).toEqual([]);
      for (const item of run.acknowledged) acknowledged.add(item);
      if (run.applied.some((item) => !acknowledged.has(item))) torn += 1;
    }
    expect(torn, "runs that were killed in the middle of a posting").toBeGreaterThan(0);
    const last = await startBacklog(folder, undefined);
    expect(last.exitCode).toBe(0);
    const db = await openDatabase(folder);
    for (const account of ledgerAccounts) {
      const books: { readonly seen: readonly number[]; readonly sum: number } = JSON.parse(
        (await db.get(`ledger:${account}`)) ?? "null",
      );
      expect(books.seen).toHaveLength(itemsPerAccount);
      expect(books.sum).toBe(total(account));
    }
    await db.close();
  }, 180_000);
});
