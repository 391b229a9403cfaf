import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EpochMs } from "../../src/model/time.js";
import { protocols } from "../../src/protocols/registry.js";
import { type ReadOptions, type RecordedBatch, readRecordings } from "../../src/recording/read-recordings.js";
import { encodeSessionLog } from "../../src/wire/session-log.js";
import { FakeClock } from "../support/fake-clock.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cloudtap-read-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

async function read(files: readonly string[], options: Partial<ReadOptions> = {}): Promise<readonly RecordedBatch[]> {
  const batches: RecordedBatch[] = [];
  for await (const batch of readRecordings(files, { protocols, now: () => 0 as EpochMs, ...options }))
    batches.push(batch);
  return batches;
}

function outline(batches: readonly RecordedBatch[]): readonly string[] {
  return batches.flatMap(({ items }) => items.map((item) => ("message" in item ? item.message : item.type)));
}

const session = ["opened", "data", "closed"];
const log = encodeSessionLog({
  ...{ start: 0 as EpochMs, durationMs: 10 },
  frames: [{ direction: "device-to-cloud", bytes: Uint8Array.of(1) }],
});

describe("readRecordings", () => {
  it("reads files of any kind, packed or not, in their order", async () => {
    const paths = [file("a", "> a5"), file("b", gzipSync(log)), file("c", gzipSync("<perf_report/>"))];
    const batches = await read(paths);
    expect(outline(batches)).toEqual([...session, ...session, ...session]);
    expect(new Set(batches.map((batch) => batch.file))).toEqual(new Set(paths));
    const telling = batches.filter(({ items }) => items.length > 0);
    expect(new Set(telling.map(({ format }) => format))).toEqual(new Set(["hex-lines", "session-log", "body"]));
  });

  it("says how much of a file is read, as it lies on the disk", async () => {
    const packed = gzipSync(log.repeat(1000));
    const batches = await read([file("a", packed)]);
    expect(batches.at(-1)).toMatchObject({ bytesRead: packed.length, fileBytes: packed.length });
  });

  it("reads standard input", async () => {
    async function* input(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("> a5");
    }
    const batches = await read(["-"], { input });
    expect(outline(batches)).toEqual(session);
    expect(batches[0]).toMatchObject({ file: "-", fileBytes: undefined });
  });

  it("reads on with the next file where one is broken", async () => {
    const cut = gzipSync(log).subarray(0, 60);
    const found = outline(await read([file("a.gz", cut), file("b", "> a5")]));
    expect(found[0]).toMatch(/a\.gz: expected gzip up to the end of the file/);
    expect(found.slice(-3)).toEqual(session);
  });

  it.each(["nothing-there", "."])("refuses %s", async (name) => {
    await expect(read([join(folder, name)])).rejects.toMatchObject({ code: "USAGE" });
  });

  it("follows the last file as it grows, until it is told to end", async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const path = file("a.txt", "> a5\n");
    const seen: string[] = [];
    const reading = (async () => {
      const options = { protocols, now: () => 0 as EpochMs, follow: { clock, signal: controller.signal } };
      for await (const batch of readRecordings([file("first", log), path], options)) seen.push(...outline([batch]));
    })();
    await until(() => seen.length === 5, clock);
    appendFileSync(path, "> a5\n");
    await until(() => seen.length === 6, clock);
    controller.abort();
    await reading;
    expect(seen).toEqual([...session, "opened", "data", "data", "closed"]);
  });

  it("finds no fault with a file that was just being written when it is told to end", async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const seen: string[] = [];
    const options = { protocols, now: () => 0 as EpochMs, follow: { clock, signal: controller.signal } };
    const reading = (async () => {
      for await (const batch of readRecordings([file("a.json", log + log.slice(0, 30))], options))
        seen.push(...outline([batch]));
    })();
    await until(() => seen.length === 3, clock);
    controller.abort();
    await reading;
    expect(seen).toEqual(session);
  });

  it("follows over files that continue each other", async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const seen: RecordedBatch[] = [];
    const options = { protocols, now: () => 0 as EpochMs, follow: { clock, signal: controller.signal } };
    const first = file("log-2026-11-21.json.part", log);
    const reading = (async () => {
      for await (const batch of readRecordings([first], options)) seen.push(batch);
    })();
    await until(() => outline(seen).length === 3, clock);
    const second = file("log-2026-11-22.json.part", log);
    await until(() => outline(seen).length === 6, clock);
    expect(seen.at(-1)?.file).toBe(second);
    controller.abort();
    await reading;
  });
});

/** Lets files be read, and time pass while somebody waits for it. */
async function until(isTrue: () => boolean, clock: FakeClock): Promise<void> {
  while (!isTrue()) {
    await new Promise((resolve) => setImmediate(resolve));
    if (clock.pendingTimers > 0) clock.advance(500);
  }
}
