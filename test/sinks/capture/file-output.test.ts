import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import type { EpochUs } from "../../../src/model/recording.js";
import { CaptureFolder } from "../../../src/sinks/capture/capture-folder.js";
import { FileOutput, type FileOutputOptions } from "../../../src/sinks/capture/file-output.js";
import { Health } from "../../../src/sinks/capture/health.js";
import type { CapturedSession } from "../../../src/sinks/capture/moment.js";
import { capturedLeg, capturedSession, momentOf, sectionOptions } from "../../support/capture-moments.js";
import { temporaryFolder, turn } from "../../support/capture-setup.js";
import { FakeClock } from "../../support/fake-clock.js";
import { recordLog } from "../../support/log-recorder.js";
import { readCaptureFile, type WrittenCapture } from "../../support/written-capture.js";

const hourMs = 3_600_000;

interface Given extends Partial<FileOutputOptions> {
  readonly maxBytes?: number;
}

function setUp({ maxBytes = 100_000_000, ...given }: Given = {}) {
  const directory = join(temporaryFolder(), "captures");
  const clock = new FakeClock();
  const logs = recordLog();
  const folder = new CaptureFolder({ directory, maxBytes, maxAgeMs: 1_000 * hourMs }, clock);
  const health = new Health({
    ...{ clock, log: logs.log, directory, changed: () => undefined },
    probe: () => folder.probe(1_000),
  });
  let number = 0;
  const options = { ...sectionOptions, label: "all", fileBytes: 1_000_000, fileAgeMs: 24 * hourMs, hasKeyFiles: false };
  const output = new FileOutput(
    { ...options, ...given },
    {
      ...{ folder, health, now: () => (clock.now() * 1_000) as EpochUs },
      nextNumber() {
        number += 1;
        return number;
      },
    },
  );
  const leg = capturedLeg();
  const names = (): readonly string[] => readdirSync(directory).toSorted();
  return {
    ...{ directory, clock, logs, health, folder, output, names },
    says(word: string | Uint8Array, session: CapturedSession = known) {
      output.write(session, momentOf(word, { leg, at: (clock.now() * 1_000) as EpochUs }));
    },
    captures: (): readonly WrittenCapture[] =>
      names()
        .filter((name) => name.endsWith(".pcapng"))
        .map((name) => readCaptureFile(join(directory, name))),
    /** Bytes of everything in the folder. */
    usedBytes: () => names().reduce((sum, name) => sum + sizeIfThere(join(directory, name)), 0),
  };
}

const known = capturedSession();

/** A file may get another name between two looks. */
function sizeIfThere(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

describe("a capture on disk", () => {
  it("makes no file before there is something to write", async () => {
    const { output, directory, folder } = setUp();
    await folder.prepare();
    await output.stop();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("is written as it comes, and gets its name when it ends", async () => {
    const { output, folder, says, names, captures } = setUp();
    await folder.prepare();
    says("hello");
    await vi.waitFor(() => expect(names()).toEqual([expect.stringMatching(/-0001-all\.pcapng\.part$/)]));
    says("you");
    await output.stop();
    expect(names()).toEqual([expect.stringMatching(/-0001-all\.pcapng$/)]);
    expect(captures()).toMatchObject([{ texts: ["hello", "you"], statistics: [{ received: 2, dropped: 0 }, {}] }]);
    expect(output).toMatchObject({ captured: 2, dropped: 0 });
  });

  it("goes on in the next file where one is full; each can be read by itself", async () => {
    const { output, folder, says, captures } = setUp({ fileBytes: 20_000 });
    await folder.prepare();
    for (let count = 0; count < 30; count += 1) says(Buffer.alloc(2_000, String(count % 10)));
    await output.stop();
    const files = captures();
    expect(files.length).toBeGreaterThan(3);
    expect(files.flatMap(({ texts }) => texts.map(([first]) => first)).join("")).toBe("0123456789".repeat(3));
    for (const { notes, statistics } of files) {
      expect(notes).toHaveLength(1);
      expect(statistics).toHaveLength(2);
    }
  });

  it("goes on in the next file where one is old", async () => {
    const { output, folder, says, captures, clock } = setUp();
    await folder.prepare();
    says("first day");
    clock.advance(24 * hourMs - 1);
    says("first day still");
    clock.advance(1);
    says("second day");
    await output.stop();
    expect(captures().map(({ texts }) => texts)).toEqual([["first day", "first day still"], ["second day"]]);
  });

  it("never takes more of the disk than it may, at no moment, whatever it writes", async () => {
    const maxBytes = 100_000;
    const { output, folder, says, usedBytes, captures } = setUp({ maxBytes, fileBytes: 10_000, hasKeyFiles: true });
    await folder.prepare();
    const secrets = [Buffer.from(`CLIENT_RANDOM ${"a".repeat(64)} ${"b".repeat(96)}\n`)];
    for (let count = 0; count < 400; count += 1) {
      says(Buffer.alloc(200 + (count % 17) * 300, count), capturedSession(`s-${count % 3}`, { secrets }));
      await turn();
      expect(usedBytes()).toBeLessThanOrEqual(maxBytes);
    }
    says("the newest");
    await output.stop();
    expect(usedBytes()).toBeLessThanOrEqual(maxBytes);
    expect(usedBytes()).toBeGreaterThan(maxBytes / 2);
    expect(captures().at(-1)?.texts.at(-1)).toBe("the newest");
  });

  it("stays below the size of a file where much stands beside a packet", async () => {
    const { output, folder, names, directory } = setUp({ fileBytes: 128 * 1024 });
    await folder.prepare();
    for (let count = 0; count < 20; count += 1) {
      const moment = momentOf(Buffer.alloc(30_000));
      for (let lines = 0; lines < 8; lines += 1) moment.packet.comments.push("ж".repeat(2_000));
      output.write(known, moment);
    }
    await output.stop();
    for (const name of names()) expect(statSync(join(directory, name)).size).toBeLessThanOrEqual(128 * 1024);
  });

  it("has secrets of its sessions in a file beside it, those that come later too", async () => {
    const { output, folder, says, names, directory } = setUp({ hasKeyFiles: true });
    await folder.prepare();
    const secrets = [Buffer.from("CLIENT_RANDOM 1\n")];
    const session = capturedSession("s-1", { secrets });
    output.secret(session, Buffer.from("CLIENT_RANDOM 0\n"));
    says("hello", session);
    says("you", session);
    secrets.push(Buffer.from("CLIENT_RANDOM 2\n"));
    output.secret(session, Buffer.from("CLIENT_RANDOM 2\n"));
    output.secret(capturedSession("s-2"), Buffer.from("CLIENT_RANDOM 3\n"));
    await output.stop();
    output.secret(session, Buffer.from("CLIENT_RANDOM 4\n"));
    const [name = "", keys = ""] = names();
    expect(keys).toBe(`${name}.keys`);
    expect(readFileSync(join(directory, keys), "utf8")).toBe("CLIENT_RANDOM 1\nCLIENT_RANDOM 2\n");
  });

  it("has them in blocks, where that is wanted", async () => {
    const { output, folder, says, captures, names, directory } = setUp({ hasSecrets: true });
    await folder.prepare();
    const secrets = [Buffer.from("CLIENT_RANDOM 1\n")];
    const session = capturedSession("s-1", { secrets });
    says("hello", session);
    while (!names().some((name) => readFileSync(join(directory, name)).includes("hello"))) await turn();
    secrets.push(Buffer.from("CLIENT_RANDOM 2\n"));
    output.secret(session, Buffer.from("CLIENT_RANDOM 2\n"));
    await output.stop();
    expect(captures()).toMatchObject([{ secrets: ["CLIENT_RANDOM 1\n", "CLIENT_RANDOM 2\n"] }]);
    expect(names()).toHaveLength(1);
  });
});

describe("a capture whose disk fails", () => {
  it("drops what comes, says so once, and goes on in a new file that tells of it", async () => {
    const { output, directory, says, health, logs, clock, captures, names } = setUp();
    writeFileSync(directory, "in the way");
    says("lost on its way");
    await vi.waitFor(() => expect(health.problem).toBeDefined());
    says("dropped");
    says("dropped too");
    await turn();
    expect(output).toMatchObject({ captured: 0, dropped: 3 });
    expect(logs.of("captures cannot be written, relaying goes on", "error")).toHaveLength(1);

    rmSync(directory);
    clock.advance(5_000);
    await vi.waitFor(() => expect(health.problem).toBeUndefined());
    says("on again");
    await output.stop();
    expect(names()).toHaveLength(1);
    expect(captures()).toMatchObject([{ texts: ["on again"], statistics: [{ received: 4, dropped: 3 }, {}] }]);
    expect(output).toMatchObject({ captured: 1, dropped: 3 });
  });

  it("keeps what was written before", async () => {
    const { output, directory, folder, says, health, captures, names, clock } = setUp();
    await folder.prepare();
    says("before");
    await vi.waitFor(() => expect(names()).toHaveLength(1));
    await vi.waitFor(() => expect(statSync(join(directory, names()[0] ?? "")).size).toBeGreaterThan(300));
    clock.advance(24 * hourMs);
    // Of the next file.
    const next = (names()[0] ?? "").replace("-0001-", "-0002-").replace("20260621", "20260622");
    mkdirSync(join(directory, next));
    says("lost");
    await vi.waitFor(() => expect(health.problem).toMatch(/EEXIST/));
    await output.stop();
    expect(captures().map(({ texts }) => texts)).toEqual([["before"]]);
    expect(output).toMatchObject({ captured: 1, dropped: 1 });
  });

  it("is over at once when it ends meanwhile", async () => {
    const { output, directory, says, health } = setUp();
    writeFileSync(directory, "in the way");
    says("lost");
    await output.stop();
    expect(health.problem).toBeDefined();
    expect(existsSync(directory)).toBe(true);
  });
});

describe("a capture whose disk is slow", () => {
  const chunk = (mark: number): Buffer => Buffer.alloc(60_000, mark);

  it("keeps the newest of what waits, in a file of its own, and counts the rest as dropped", async () => {
    const { output, folder, says, captures } = setUp({ fileBytes: 4_000_000 });
    await folder.prepare();
    const total = 600;
    // Nothing can be written before the next turn of the event loop.
    for (let count = 0; count < total; count += 1) says(chunk(count % 250));
    says("the newest");
    await output.stop();
    expect(output.dropped).toBeGreaterThan(200);
    expect(output.captured + output.dropped).toBe(total + 1);
    const files = captures();
    expect(files.at(-1)?.texts.at(-1)).toBe("the newest");
    expect(files.flatMap(({ packets }) => packets)).toHaveLength(output.captured);
    const told = files.flatMap(({ statistics }) => statistics).reduce((sum, { dropped = 0 }) => sum + dropped, 0);
    expect(told).toBe(output.dropped);
  });

  it("goes on where a file was begun and already full before its first byte was written", async () => {
    const { output, folder, says, captures, health } = setUp({ fileBytes: 1_000_000 });
    await folder.prepare();
    says("first");
    // The file is begun, and waits for its turn at the folder.
    await Promise.resolve();
    for (let count = 0; count < 400; count += 1) says(chunk(count % 250));
    await output.stop();
    expect(health.problem).toBeUndefined();
    const files = captures();
    const told = files.flatMap(({ statistics }) => statistics).reduce((sum, { dropped = 0 }) => sum + dropped, 0);
    expect(told).toBe(output.dropped);
    expect(files.flatMap(({ packets }) => packets)).toHaveLength(output.captured);
  });

  it("has no hole in any file", async () => {
    const { output, folder, says, captures } = setUp({ fileBytes: 4_000_000 });
    await folder.prepare();
    for (let count = 0; count < 900; count += 1) {
      says(chunk(count % 250));
      if (count % 350 === 0) await turn();
    }
    await output.stop();
    for (const { packets } of captures()) {
      for (const [at, { sequence, payload }] of packets.entries()) {
        const next = packets[at + 1];
        if (next !== undefined) expect(next.sequence).toBe((sequence + payload.length) % 2 ** 32);
      }
    }
  });

  it("never keeps much more in memory than it may", async () => {
    const { output, folder, says } = setUp({ fileBytes: 4_000_000 });
    await folder.prepare();
    for (let count = 0; count < 2_000; count += 1) {
      says(chunk(1));
      expect(output.captured * 60_000).toBeLessThan(18 * 1024 * 1024);
    }
    await output.stop();
  });
});
