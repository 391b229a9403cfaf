import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { MessageQueue } from "../../src/model/ports.js";
import type { JsonObject } from "../../src/model/value.js";
import { silentLogger } from "../../src/runtime/log.js";
import { type Database, openDatabase } from "../../src/store/database.js";
import { openMessageQueue } from "../../src/store/message-queue.js";
import { recordLog } from "../support/log-recorder.js";
import { createMemoryDatabase } from "../support/memory-database.js";
import { createMemoryQueue } from "../support/memory-queue.js";

const limits = { name: "events", maxCount: 100, maxBytes: 100_000 };

function open(db: Database, bounds: Partial<typeof limits> = {}) {
  return openMessageQueue(db, { ...limits, ...bounds }, silentLogger());
}

async function numbers(queue: MessageQueue): Promise<readonly unknown[]> {
  return (await queue.peek(1_000)).map(({ message }) => message.n);
}

async function pushAll(queue: MessageQueue, count: number, more: JsonObject = {}): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, n) => queue.push({ n, ...more })));
}

const kinds: readonly [string, () => Promise<MessageQueue>][] = [
  ["on a database", () => open(createMemoryDatabase(), { maxCount: 5 })],
  ["in memory, for tests", async () => createMemoryQueue(5)],
];

describe.each(kinds)("message queue %s", (_kind, create) => {
  it("gives messages out oldest first, again and again until they are removed", async () => {
    const queue = await create();
    await pushAll(queue, 4);
    const first = await queue.peek(2);
    expect(first.map(({ message }) => message)).toEqual([{ n: 0 }, { n: 1 }]);
    expect(await queue.peek(2)).toEqual(first);
    await queue.remove(first.map(({ key }) => key));
    expect(await numbers(queue)).toEqual([2, 3]);
    expect(queue.size).toBe(2);
  });

  it("lets any of them go, in any order", async () => {
    const queue = await create();
    await pushAll(queue, 5);
    const keys = (await queue.peek(5)).map(({ key }) => key);
    await queue.remove([keys[3] ?? "", keys[0] ?? "", "queue:events:0000000000000099"]);
    expect(await numbers(queue)).toEqual([1, 2, 4]);
    expect(queue.size).toBe(3);
    await queue.push({ n: 5 });
    await queue.push({ n: 6 });
    await queue.push({ n: 7 });
    expect(await numbers(queue)).toEqual([2, 4, 5, 6, 7]);
  });

  it("drops the oldest beyond its count", async () => {
    const queue = await create();
    await pushAll(queue, 8);
    expect(await numbers(queue)).toEqual([3, 4, 5, 6, 7]);
    expect(queue.size).toBe(5);
  });
});

describe("message queue on a database", () => {
  it("counts messages at once that are still being written", async () => {
    const queue = await open(createMemoryDatabase());
    const pushed = [queue.push({ n: 0 }), queue.push({ n: 1 })];
    expect(queue.size).toBe(2);
    await Promise.all(pushed);
    expect(queue.size).toBe(2);
  });

  it("drops the oldest beyond its bytes, counts them and says so once", async () => {
    const { log, of } = recordLog();
    const queue = await openMessageQueue(createMemoryDatabase(), { ...limits, maxBytes: 250 }, log);
    for (let n = 0; n < 5; n += 1) await queue.push({ n, text: "x".repeat(80) });
    expect(await numbers(queue)).toEqual([3, 4]);
    expect(queue.dropped).toBe(3);
    expect(of("queue is full, the oldest messages are dropped", "warn")).toHaveLength(1);
  });

  it("drops a message that alone is too large, and all before it", async () => {
    const queue = await open(createMemoryDatabase(), { maxBytes: 50 });
    await queue.push({ n: 0 });
    await queue.push({ n: 1, text: "x".repeat(100) });
    await queue.push({ n: 2 });
    expect(await numbers(queue)).toEqual([2]);
    expect(queue.dropped).toBe(2);
  });

  it("is bounded also while nothing can be written", async () => {
    const queue = await open(createMemoryDatabase(), { maxCount: 10 });
    await pushAll(queue, 50);
    expect(queue.size).toBe(10);
    expect(queue.dropped).toBe(40);
  });

  it("goes on after a restart where it was, its bounds included", async () => {
    const folder = await mkdtemp(join(tmpdir(), "cloudtap-queue-"));
    const first = await openDatabase(folder);
    await pushAll(await open(first), 12);
    await first.close();
    const second = await openDatabase(folder);
    const queue = await open(second, { maxCount: 10 });
    expect(queue.size).toBe(12);
    await queue.push({ n: 12 });
    expect(await numbers(queue)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    await second.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("keeps apart from other queues of the same database", async () => {
    const db = createMemoryDatabase();
    const one = await open(db, { name: "one" });
    const other = await open(db, { name: "one_more" });
    await one.push({ n: 1 });
    await other.push({ n: 2 });
    expect(await numbers(await open(db, { name: "one" }))).toEqual([1]);
  });

  it("rejects a message that could not be written, and takes the next", async () => {
    const db = createMemoryDatabase();
    const queue = await open(db);
    db.failing = true;
    await expect(queue.push({ n: 0 })).rejects.toMatchObject({ code: "STORE_FAILED" });
    db.failing = false;
    await queue.push({ n: 1 });
    expect(await numbers(queue)).toEqual([1]);
    expect(queue.size).toBe(1);
  });

  it("does not stop at a damaged message", async () => {
    const db = createMemoryDatabase();
    await pushAll(await open(db), 2);
    await db.write([{ type: "put", key: "queue:events:0000000000000000", value: "{" }], { sync: false });
    const queue = await open(db);
    expect((await queue.peek(1)).map(({ message }) => message)).toEqual([{ n: 1 }]);
    expect(queue.size).toBe(1);
  });

  it("does not wait for ever for a message that is gone from the disk", async () => {
    const db = createMemoryDatabase();
    const queue = await open(db);
    await pushAll(queue, 2);
    await db.write([{ type: "del", key: "queue:events:0000000000000000" }], { sync: false });
    expect((await queue.peek(1)).map(({ message }) => message)).toEqual([{ n: 1 }]);
    expect(queue.size).toBe(1);
  });

  it("counts the bytes of those that are left, whichever left", async () => {
    const queue = await open(createMemoryDatabase(), { maxBytes: 350 });
    const text = "x".repeat(80);
    await pushAll(queue, 3, { text });
    const keys = (await queue.peek(3)).map(({ key }) => key);
    await queue.remove(keys.slice(1, 2));
    await queue.push({ n: 3, text });
    expect(queue.dropped).toBe(0);
    await queue.remove(keys.slice(0, 1));
    await queue.push({ n: 4, text });
    expect(queue.dropped).toBe(0);
    await queue.push({ n: 5, text });
    expect(await numbers(queue)).toEqual([3, 4, 5]);
    expect(queue.dropped).toBe(1);
  });
});
