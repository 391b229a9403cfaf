import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../src/model/device.js";
import type { Outbox, OutboxItem } from "../../src/model/ports.js";
import type { EpochMs } from "../../src/model/time.js";
import { type Database, openDatabase } from "../../src/store/database.js";
import { type OutboxBounds, openOutbox } from "../../src/store/outbox.js";
import { FakeClock } from "../support/fake-clock.js";
import { recordLog } from "../support/log-recorder.js";
import { createMemoryDatabase } from "../support/memory-database.js";

const device = "envoy_1" as DeviceId;
const bounds: OutboxBounds = { maxBytes: 1_000_000, maxAgeMs: 86_400_000 };

function setUp(db: Database = createMemoryDatabase(), given: Partial<OutboxBounds> = {}) {
  const clock = new FakeClock();
  const logs = recordLog();
  const dropped: string[] = [];
  const open = () =>
    openOutbox(
      db,
      { ...bounds, ...given },
      { log: logs.log, clock, dropped: (item, reason) => dropped.push(`${item.device} of ${item.relay}: ${reason}`) },
    );
  const item = (name: string, more: Partial<OutboxItem> = {}): OutboxItem => ({
    ...{ relay: "roof", device, keptAt: clock.now(), bytes: Buffer.from(name), security: "tls", ...more },
  });
  return { clock, logs, dropped, open, item };
}

async function names(outbox: Outbox, relay = "roof"): Promise<readonly string[]> {
  return (await outbox.oldest(relay, 100)).map(({ item }) => Buffer.from(item.bytes).toString());
}

/** Keeps and delivers in a process of its own, which is killed once it has said so much; what it said, in order. */
async function keepAndKill(folder: string, first: number, afterLines: number): Promise<readonly [string, string][]> {
  const program = fileURLToPath(new URL("../support/outbox-process.ts", import.meta.url));
  const args = ["--import", "tsx", program, folder, String(first), "100"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const closed = new Promise((resolve) => child.once("close", resolve));
  const said: [string, string][] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const [word = "", item = ""] = line.split(" ");
    said.push([word, item]);
    if (said.length >= afterLines) child.kill("SIGKILL");
  }
  await closed;
  expect(said.length).toBeGreaterThanOrEqual(afterLines);
  return said;
}

describe("the outbox", () => {
  it("gives out what a relay's cloud missed, oldest first, until it is removed", async () => {
    const { open, item } = setUp();
    const outbox = await open();
    for (const name of ["a", "b", "c"]) await outbox.keep(item(name));
    await outbox.keep(item("other", { relay: "barn", device: "envoy_2" as DeviceId, security: "plain" }));
    const [oldest] = await outbox.oldest("roof", 1);
    expect(oldest?.item).toMatchObject({ relay: "roof", device, security: "tls" });
    expect(await names(outbox)).toEqual(["a", "b", "c"]);
    await outbox.remove(oldest?.key ?? "");
    expect(await names(outbox)).toEqual(["b", "c"]);
    expect(await names(outbox, "barn")).toEqual(["other"]);
    expect([outbox.waiting("roof"), outbox.waiting("roof", "envoy_9" as DeviceId)]).toEqual([2, 0]);
  });

  it("keeps any bytes as they are, and continues after a restart", async () => {
    const { open, item } = setUp();
    const bytes = Uint8Array.from({ length: 512 }, (_, index) => index & 0xff);
    await (await open()).keep(item("", { bytes }));
    const again = await open();
    await again.keep(item("later"));
    const found = await again.oldest("roof", 2);
    expect(found[0]?.item.bytes).toEqual(bytes);
    expect(found.map(({ key }) => key)).toEqual(["outbox:0000000000000000", "outbox:0000000000000001"]);
  });

  it("gives up the oldest when it is full, and reports each", async () => {
    const { open, item, dropped, logs } = setUp(createMemoryDatabase(), { maxBytes: 10 });
    const outbox = await open();
    for (const name of ["aaaa", "bbbb", "cccc", "dddd"]) await outbox.keep(item(name));
    expect(await names(outbox)).toEqual(["cccc", "dddd"]);
    expect(dropped).toEqual(["envoy_1 of roof: the outbox is full", "envoy_1 of roof: the outbox is full"]);
    expect(logs.of("reports for the cloud are given up", "warn")).toHaveLength(1);
  });

  it("gives up what is too old", async () => {
    const { open, item, clock, dropped } = setUp();
    const outbox = await open();
    await outbox.keep(item("old"));
    clock.advance(bounds.maxAgeMs + 1);
    await outbox.keep(item("new"));
    expect(await names(outbox)).toEqual(["new"]);
    expect(dropped).toEqual(["envoy_1 of roof: too old"]);
  });

  it("does not take for old what was kept before the clock of its host was set", async () => {
    const { open, item, dropped } = setUp();
    await (await open()).keep(item("early", { keptAt: 60_000 as EpochMs }));
    expect(await names(await open())).toEqual(["early"]);
    expect(dropped).toEqual([]);
  });

  it("leaves out what is damaged", async () => {
    const db = createMemoryDatabase();
    const { open, item, logs } = setUp(db);
    await (await open()).keep(item("a"));
    await db.write(
      [
        { type: "put", key: "outbox:0000000000000005", value: "{" },
        { type: "put", key: "outbox:0000000000000006", value: '{"relay":1}' },
      ],
      { sync: false },
    );
    const outbox = await open();
    expect(await names(outbox)).toEqual(["a"]);
    expect(logs.of("damaged reports in the outbox are left out", "warn")).toMatchObject([{ items: 2 }]);
  });

  it("says so when nothing can be written, and works again afterwards", async () => {
    const db = createMemoryDatabase();
    const { open, item } = setUp(db);
    const outbox = await open();
    db.failing = true;
    await expect(outbox.keep(item("a"))).rejects.toMatchObject({ code: "STORE_FAILED" });
    db.failing = false;
    await outbox.keep(item("b"));
    expect(await names(outbox)).toEqual(["b"]);
  });

  it("has on a real disk what it had", async () => {
    const folder = await mkdtemp(join(tmpdir(), "cloudtap-outbox-"));
    try {
      const db = await openDatabase(folder);
      const { open, item } = setUp(db);
      await (await open()).keep(item("a"));
      await db.close();
      const reopened = await openDatabase(folder);
      expect(await names(await setUp(reopened).open())).toEqual(["a"]);
      await reopened.close();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("loses nothing and gives nothing out again when it is killed again and again", async () => {
    const folder = await mkdtemp(join(tmpdir(), "cloudtap-outbox-"));
    const said = new Map<string, Set<string>>(
      ["keeping", "kept", "delivered", "removed"].map((word) => [word, new Set()]),
    );
    try {
      for (const [run, killAfterLines] of [3, 8, 17, 30, 49, 70].entries()) {
        for (const [word, item] of await keepAndKill(folder, run * 100, killAfterLines)) {
          // What was removed is gone for good, whatever happened since.
          if (word === "delivered") expect(said.get("removed")?.has(item), item).toBe(false);
          said.get(word)?.add(item);
        }
      }
      const db = await openDatabase(folder);
      const left = await names(await setUp(db).open());
      await db.close();
      expect(left).toEqual(left.toSorted((a, b) => Number(a) - Number(b)));
      expect(new Set(left).size).toBe(left.length);
      expect(left.filter((item) => said.get("removed")?.has(item))).toEqual([]);
      const found = new Set([...left, ...(said.get("delivered") ?? [])]);
      expect([...(said.get("kept") ?? [])].filter((item) => !found.has(item))).toEqual([]);
      expect([...found].filter((item) => !said.get("keeping")?.has(item))).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 120_000);

  it("gives each item out once and in order, or reports it, in any interleaving with removals and restarts", async () => {
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ type: fc.constant("keep" as const), size: fc.integer({ min: 1, max: 12 }) }),
      },
      { weight: 3, arbitrary: fc.constant({ type: "deliver" as const }) },
      { weight: 1, arbitrary: fc.constant({ type: "restart" as const }) },
      { weight: 1, arbitrary: fc.constant({ type: "age" as const }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { open, item, clock, dropped } = setUp(createMemoryDatabase(), { maxBytes: 60, maxAgeMs: 10 });
        let outbox = await open();
        const delivered: number[] = [];
        let kept = 0;
        for (const one of steps) {
          if (one.type === "keep") await outbox.keep(item(`${kept++} ${"x".repeat(one.size)}`));
          else if (one.type === "restart") outbox = await open();
          else if (one.type === "age") clock.advance(4);
          else {
            const [oldest] = await outbox.oldest("roof", 1);
            if (oldest === undefined) continue;
            delivered.push(Number.parseInt(Buffer.from(oldest.item.bytes).toString(), 10));
            await outbox.remove(oldest.key);
          }
        }
        expect(delivered).toEqual(delivered.toSorted((a, b) => a - b));
        expect(new Set(delivered).size).toBe(delivered.length);
        expect(delivered.length + dropped.length + outbox.waiting("roof")).toBe(kept);
      }),
      { numRuns: 300 },
    );
  });
});
