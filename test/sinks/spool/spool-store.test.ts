import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ExchangeNames } from "../../../src/sinks/spool/exchange-names.js";
import type { BodiesArchive, SpoolItem } from "../../../src/sinks/spool/spool-item.js";
import { SpoolStore } from "../../../src/sinks/spool/spool-store.js";
import { FakeClock } from "../../support/fake-clock.js";
import { recordLog } from "../../support/log-recorder.js";
import { listFiles, temporaryFolder } from "./spool-setup.js";

const dayMs = 86_400_000;
const start = Date.UTC(2026, 10, 21, 23, 59, 59);

const archive: BodiesArchive = {
  type: "bodies",
  parts: ({ bytes }) => (bytes.length === 0 ? [] : [{ extension: "xml", bytes }]),
  restore: () => undefined,
};

function setUp(maxBytes = 1_000_000) {
  const folder = temporaryFolder();
  const clock = new FakeClock(start);
  const logs = recordLog();
  const store = new SpoolStore({
    directory: join(folder, "spool"),
    maxBytes,
    maxAgeMs: 2 * dayMs,
    clock,
    log: logs.log,
  });
  const reading = (line: string, relay = "roof"): SpoolItem => {
    const bytes = Buffer.from(line);
    return { type: "reading", relay, at: clock.now(), line: bytes, bytes: bytes.length };
  };
  const exchange = (text: string, names = new ExchangeNames(), direction = "device-to-cloud" as const): SpoolItem => {
    const frame = { direction, bytes: Buffer.from(text), whole: true };
    return { type: "exchange", relay: "roof", at: clock.now(), frame, archive, names, bytes: text.length };
  };
  return { folder, spool: join(folder, "spool"), clock, logs, store, reading, exchange };
}

describe("store of the spool", () => {
  it("writes readings of one relay that follow each other at once", async () => {
    const { spool, store, reading } = setUp();
    await store.tidy(true);
    const items = [reading("1\n"), reading("2\n"), reading("3\n", "pool")];
    expect(await store.write(items)).toEqual({ items: 2, refused: 0 });
    expect(readFileSync(join(spool, "roof/2026-11-21/readings-2026-11-21.jsonl"), "utf8")).toBe("1\n2\n");
    expect(await store.write([])).toEqual({ items: 0, refused: 0 });
  });

  it("keeps nothing of a frame that has nothing worth keeping", async () => {
    const { spool, store, exchange } = setUp();
    expect(await store.write([exchange("")])).toEqual({ items: 1, refused: 0 });
    expect(existsSync(spool)).toBe(false);
  });

  it("refuses what is larger than the whole spool may be", async () => {
    const { store, reading, exchange } = setUp(10);
    expect(await store.write([exchange("12345678901")])).toEqual({ items: 1, refused: 1 });
    expect(await store.write([reading("12345\n"), reading("67890\n")])).toEqual({ items: 2, refused: 2 });
  });

  it("puts the answer beside its question though midnight lies between them", async () => {
    const { spool, store, exchange, clock } = setUp();
    const names = new ExchangeNames();
    await store.write([exchange("<a/>", names)]);
    clock.advance(2_000);
    await store.write([exchange("<b/>", new ExchangeNames())]);
    const answer = exchange("<c/>", names);
    if (answer.type !== "exchange") throw new Error("expected an exchange");
    await store.write([{ ...answer, frame: { ...answer.frame, direction: "cloud-to-device" } }]);
    expect(await listFiles(spool)).toEqual([
      "roof/2026-11-21/2026-11-21T23-59-59.000Z-000001.xml",
      "roof/2026-11-22/2026-11-22T00-00-01.000Z-000002.xml",
    ]);
  });

  it("compresses a day once it is over, and removes it when it is too old", async () => {
    const { spool, store, reading, clock } = setUp();
    await store.write([reading("1\n")]);
    await store.tidy(false);
    expect(await listFiles(spool)).toEqual(["roof/2026-11-21/readings-2026-11-21.jsonl"]);
    clock.advance(1_000);
    await store.tidy(false);
    expect(await listFiles(spool)).toEqual(["roof/2026-11-21/readings-2026-11-21.jsonl.gz"]);
    clock.advance(2 * dayMs - 1);
    await store.tidy(true);
    expect(await listFiles(spool)).toHaveLength(1);
    clock.advance(1);
    await store.tidy(true);
    expect(await listFiles(spool)).toEqual([]);
  });

  it("is lowered to its limit when it begins", async () => {
    const { spool, store, reading, folder } = setUp(1_000);
    await store.write([reading(`${"x".repeat(500)}\n`)]);
    await store.write([reading(`${"y".repeat(400)}\n`)]);
    const clock = new FakeClock(start);
    const options = { directory: spool, maxBytes: 600, maxAgeMs: dayMs, clock, log: recordLog().log };
    await new SpoolStore(options).tidy(true);
    expect(await listFiles(folder)).toHaveLength(1);
  });

  it("goes on when compressing fails, says so, and tries again", async () => {
    const { spool, store, reading, clock, logs } = setUp();
    await store.write([reading("1\n")]);
    const inTheWay = join(spool, "roof/2026-11-21/readings-2026-11-21.jsonl.gz");
    mkdirSync(inTheWay);
    clock.advance(1_000);
    await store.tidy(false);
    expect(logs.of("spooled files are not compressed")).toMatchObject([{ code: "SPOOL_FAILED" }]);
    expect(await listFiles(spool)).toEqual(["roof/2026-11-21/readings-2026-11-21.jsonl"]);
    rmSync(inTheWay, { recursive: true });
    await store.tidy(true);
    expect(await listFiles(spool)).toEqual(["roof/2026-11-21/readings-2026-11-21.jsonl.gz"]);
  });
});
