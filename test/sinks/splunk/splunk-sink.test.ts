import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BusMessage } from "../../../src/model/ports.js";
import type { SplunkOptions } from "../../../src/sinks/splunk/options.js";
import { createSplunkSink, type SplunkSink } from "../../../src/sinks/splunk/splunk-sink.js";
import { createDeliveryMark } from "../../../src/store/delivery-mark.js";
import { openMessageQueue } from "../../../src/store/message-queue.js";
import { makeKeyPair } from "../../integration/key-pair.js";
import { FakeClock } from "../../support/fake-clock.js";
import { FakeCollector } from "../../support/fake-collector.js";
import { recordLog } from "../../support/log-recorder.js";
import { createMemoryDatabase, type MemoryDatabase } from "../../support/memory-database.js";
import { settle } from "./delivery-setup.js";
import { anomalyOf, at, inverterId, options, readingOf } from "./splunk-setup.js";

const folder = mkdtempSync(join(tmpdir(), "cloudtap-splunk-"));
let splunk: FakeCollector;
let db: MemoryDatabase;
let clock: FakeClock;
let logs: ReturnType<typeof recordLog>;
let sink: SplunkSink | undefined;

beforeEach(async () => {
  splunk = await FakeCollector.start();
  db = createMemoryDatabase();
  clock = new FakeClock(at);
  logs = recordLog();
});
afterEach(async () => {
  const stopped = sink?.stop();
  for (let wait = 0; wait < 10; wait += 1) {
    await settle();
    clock.advance(100);
  }
  await stopped;
  sink = undefined;
  await splunk.stop();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function start(
  changes: Partial<SplunkOptions> = {},
  bounds = { maxCount: 1_000, maxBytes: 1_000_000 },
): Promise<SplunkSink> {
  const queue = await openMessageQueue(db, { name: "splunk", ...bounds }, logs.log);
  const ports = { queue, mark: createDeliveryMark(db, "splunk"), clock, log: logs.log, random: () => 1 };
  sink = createSplunkSink({ ...options, url: splunk.url, ...changes }, ports);
  await sink.start();
  return sink;
}

async function tell(target: SplunkSink, ...messages: readonly BusMessage[]): Promise<void> {
  for (const message of messages) target.accept(message);
  await settle();
}

/** What the sink waits for falls due, one wait after the other, until Splunk has so many events. */
async function arrive(events: number): Promise<void> {
  while (splunk.stored.length < events) {
    const attempts = splunk.batches.length;
    clock.advance(1_000);
    await settle();
    if (splunk.batches.length === attempts) await settle();
  }
}

describe("the Splunk sink", () => {
  it("D26: sends readings, events, anomalies and ends of writes, each with its own time and a name of its own", async () => {
    const target = await start({ index: "solar" });
    const event = { device: inverterId, type: "fault", at, attributes: { fault_code: 3 } };
    const request = { device: inverterId, key: "active_power_limit", value: 50 };
    await tell(
      target,
      readingOf({ power: 1 }, { live: false, measuredAt: at - 3_600_000 }),
      readingOf({ power: 2 }),
      { type: "event", event },
      anomalyOf("checksum"),
      { type: "write-result", request, result: { status: "applied", value: 50 } },
      { type: "removed", device: inverterId },
    );
    await arrive(5);
    expect(splunk.batches).toHaveLength(1);
    expect(splunk.stored.map(({ event: { kind }, time }) => [kind, time])).toEqual([
      ["reading", (at - 3_600_000) / 1000],
      ["reading", (at - 10_000) / 1000],
      ["event", at / 1000],
      ["anomaly", at / 1000],
      ["write", at / 1000],
    ]);
    expect(splunk.stored[0]).toMatchObject({
      ...{ host: inverterId, source: "cloudtap", sourcetype: "cloudtap", index: "solar" },
      event: { live: false, power: 1 },
    });
    expect(new Set(splunk.stored.map(({ event: { id } }) => id)).size).toBe(5);
    expect(splunk.stored.every(({ event: { resend } }) => resend === undefined)).toBe(true);
  });

  it("D30: sends the earlier tool's flat names where they are wanted", async () => {
    const target = await start({ fields: "classic" });
    await tell(target, readingOf({ grid_current: 1.8, temperature: 31.5 }));
    await arrive(1);
    expect(splunk.stored[0]?.event).toMatchObject({ "grid.i": 1.8, "inv.degc": 31.5 });
  });

  it("D28: keeps what comes while Splunk is away, and tells how it stands", async () => {
    const target = await start();
    await splunk.stop();
    await tell(target, readingOf({ power: 1 }), readingOf({ power: 2 }));
    expect(target.status()).toEqual({ up: true, queued: 2, sent: 0, resent: 0, dropped: 0 });
    clock.advance(1_000);
    while (target.status().up) await settle();
    expect(target.status()).toMatchObject({ up: false, queued: 2, detail: expect.stringContaining("nothing listens") });
    await splunk.listen();
    await arrive(2);
    while (!target.status().up) await settle();
    expect(target.status()).toEqual({ up: true, queued: 0, sent: 2, resent: 2, dropped: 0 });
    expect(splunk.stored.map(({ event: { power, resend } }) => [power, resend])).toEqual([
      [1, true],
      [2, true],
    ]);
  });

  it("D29: refuses a certificate of nobody, unless it is told to take any", async () => {
    const pair = makeKeyPair(folder, "splunk");
    await splunk.stop();
    splunk = await FakeCollector.start(pair);
    const target = await start();
    await tell(target, readingOf({ power: 1 }));
    clock.advance(1_000);
    while (target.status().up) await settle();
    expect(target.status().detail).toContain("certificate is not trusted");
    expect(splunk.batches).toEqual([]);
    await target.stop();
    await tell(await start({ verify: false }));
    await arrive(1);
    expect(splunk.stored[0]?.event).toMatchObject({ power: 1, resend: true });
  });

  it("D28: drops the oldest when the disk's share is full, says so and counts them", async () => {
    const target = await start({}, { maxCount: 5, maxBytes: 1_000_000 });
    splunk.reaction = { status: 503 };
    for (let power = 0; power < 8; power += 1) await tell(target, readingOf({ power }));
    expect(target.status()).toMatchObject({ queued: 5, dropped: 3 });
    expect(logs.of("queue is full, the oldest messages are dropped", "warn")).toHaveLength(1);
    splunk.reaction = { status: 200, body: { code: 0 } };
    await arrive(5);
    expect(splunk.stored.map(({ event: { power } }) => power)).toEqual([3, 4, 5, 6, 7]);
  });

  it("says that the disk takes nothing, once, and that it does again", async () => {
    const target = await start();
    db.failing = true;
    await tell(target, readingOf({ power: 1 }), readingOf({ power: 2 }));
    db.failing = false;
    await tell(target, readingOf({ power: 3 }));
    expect(logs.of("event for splunk lost", "error")).toMatchObject([{ code: "STORE_FAILED" }]);
    expect(logs.of("events for splunk are kept again", "info")).toMatchObject([{ lost: 2 }]);
    expect(target.status()).toMatchObject({ queued: 1, dropped: 2 });
  });

  it("keeps no more in memory than some thousand events while the disk hangs", async () => {
    const target = await start({}, { maxCount: 100_000, maxBytes: 100_000_000 });
    const message = readingOf({ power: 1 });
    for (let count = 0; count < 5_000; count += 1) target.accept(message);
    expect(target.status()).toMatchObject({ queued: 4_096, dropped: 904 });
    await settle();
  });

  it("lets no flood of anomalies push readings out", async () => {
    const target = await start();
    for (let count = 0; count < 100; count += 1) target.accept(anomalyOf("checksum"));
    await settle();
    expect(target.status()).toMatchObject({ queued: 10, dropped: 0 });
    clock.advance(60_000);
    await tell(target, anomalyOf("checksum"));
    await arrive(11);
    expect(splunk.stored.at(-1)?.event).toMatchObject({ kind: "anomaly", left_out: 90 });
  });

  it("hands over what is there when it is stopped, and takes nothing afterwards", async () => {
    const target = await start();
    target.accept(readingOf({ power: 1 }));
    await target.stop();
    expect(splunk.stored).toHaveLength(1);
    target.accept(readingOf({ power: 2 }));
    expect(target.status()).toMatchObject({ queued: 0 });
  });

  it("never logs the token", async () => {
    const target = await start();
    splunk.reaction = { status: 403, body: { code: 4, text: "Invalid token" } };
    await tell(target, readingOf({ power: 1 }));
    clock.advance(1_000);
    while (target.status().up) await settle();
    expect(logs.of("splunk refuses events", "error")).toHaveLength(1);
    expect(JSON.stringify([logs.lines, target.status()])).not.toContain("secret-token");
  });
});
