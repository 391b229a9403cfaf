import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bytesOf, growingBytes } from "../../src/recording/growing-file.js";
import { FakeClock } from "../support/fake-clock.js";

let folder: string;
let handle: FileHandle | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cloudtap-grow-"));
});
afterEach(async () => {
  await handle?.close();
  handle = undefined;
  rmSync(folder, { recursive: true });
});

/** Follows `name`; `next` gives the next bytes as text, moving the clock while there are none. */
async function follow(name: string) {
  const clock = new FakeClock();
  const controller = new AbortController();
  const path = join(folder, name);
  handle = await open(path);
  const reading = growingBytes(handle, path, { clock, signal: controller.signal });
  const next = async (): Promise<string> => {
    const pending = reading.next();
    let result: IteratorResult<Uint8Array, string | undefined> | undefined;
    pending.then((found) => {
      result = found;
    });
    while (result === undefined) {
      await new Promise((resolve) => setImmediate(resolve));
      if (clock.pendingTimers > 0) clock.advance(500);
    }
    if (result.done !== true) return Buffer.from(result.value).toString();
    return `end, next ${result.value === undefined ? "none" : result.value.slice(folder.length + 1)}`;
  };
  return { next, controller, clock };
}

describe("bytesOf", () => {
  it("gives a file to its end, each chunk in memory of its own", async () => {
    const content = Buffer.alloc(200_000, "abc");
    writeFileSync(join(folder, "f"), content);
    handle = await open(join(folder, "f"));
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytesOf(handle)) chunks.push(chunk);
    expect(Buffer.concat(chunks)).toEqual(content);
    expect(new Set(chunks.map(({ buffer }) => buffer)).size).toBe(chunks.length);
  });
});

describe("growingBytes", () => {
  it("gives what is appended", async () => {
    writeFileSync(join(folder, "f"), "one");
    const { next } = await follow("f");
    expect(await next()).toBe("one");
    appendFileSync(join(folder, "f"), "two");
    expect(await next()).toBe("two");
  });

  it("ends when it is told to, also while it waits", async () => {
    writeFileSync(join(folder, "f"), "one");
    const { next, controller, clock } = await follow("f");
    expect(await next()).toBe("one");
    const waiting = next();
    controller.abort();
    expect(await waiting).toBe("end, next none");
    expect(clock.pendingTimers).toBe(0);
  });

  it("goes on with the file that follows, after a last look at this one, though it got another name", async () => {
    const first = "cloudtap-20261121T142056.123456Z-0001-deye.pcapng";
    const second = "cloudtap-20261121T152056.123456Z-0002-deye.pcapng.part";
    writeFileSync(join(folder, `${first}.part`), "one");
    const { next } = await follow(`${first}.part`);
    expect(await next()).toBe("one");
    appendFileSync(join(folder, `${first}.part`), "two");
    renameSync(join(folder, `${first}.part`), join(folder, first));
    writeFileSync(join(folder, "cloudtap-20261121T152056.000000Z-0002-other.pcapng"), "of another relay");
    writeFileSync(join(folder, second), "");
    expect(await next()).toBe("two");
    expect(await next()).toBe(`end, next ${second}`);
  });

  it("goes on with the file that took its name", async () => {
    writeFileSync(join(folder, "f"), "one");
    const { next } = await follow("f");
    expect(await next()).toBe("one");
    renameSync(join(folder, "f"), join(folder, "f.old"));
    writeFileSync(join(folder, "f"), "new");
    expect(await next()).toBe("end, next f");
  });

  it("knows the next by its number, and takes the nearest", async () => {
    for (const name of [
      "trace-0009.pcap",
      "trace-0011.pcap",
      "trace-0010.pcap",
      "trace-0001.pcap",
      "other-0010.pcap",
    ]) {
      writeFileSync(join(folder, name), "");
    }
    const { next } = await follow("trace-0009.pcap");
    expect(await next()).toBe("end, next trace-0010.pcap");
  });
});
