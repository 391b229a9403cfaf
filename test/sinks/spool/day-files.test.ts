import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DayFiles } from "../../../src/sinks/spool/day-files.js";
import { SpoolUsage } from "../../../src/sinks/spool/spool-usage.js";
import { recordLog } from "../../support/log-recorder.js";
import { listFiles, temporaryFolder } from "./spool-setup.js";

const day = "2026-11-21";
const lines = { stem: "readings", extension: "jsonl", ending: "\n" };
const objects = { stem: "websentry", extension: "raw-log.json", ending: "\n}\n" };

async function setUp(maxBytes = 1_600, folder = temporaryFolder()) {
  const usage = new SpoolUsage(folder, maxBytes, recordLog().log);
  await usage.scan();
  const files = new DayFiles(usage);
  const place = usage.folderOf("roof", day);
  const append = (text: string, kind = lines) => files.append(place, kind, Buffer.from(text));
  const path = (name: string): string => join(folder, "roof", day, name);
  return { folder, usage, append, path, text: (name: string) => readFileSync(path(name), "utf8") };
}

describe("files of a day", () => {
  it("grow by what is appended, each kind its own", async () => {
    const { append, text, usage, folder } = await setUp();
    await append("a\n");
    await append("b\n");
    await append("{\n}\n", objects);
    expect(text(`readings-${day}.jsonl`)).toBe("a\nb\n");
    expect(usage.totalBytes).toBe(8);
    expect(await listFiles(folder)).toHaveLength(2);
  });

  it("are followed by another part when they are full", async () => {
    const { append, text } = await setUp(1_600);
    const line = `${"x".repeat(59)}\n`;
    for (let count = 0; count < 3; count += 1) await append(line);
    expect(text(`readings-${day}.jsonl`)).toBe(line);
    expect(text(`readings-${day}-002.jsonl`)).toBe(line);
    expect(text(`readings-${day}-003.jsonl`)).toBe(line);
  });

  it("lose their oldest parts to the newest, and are never larger than the limit together", async () => {
    const { append, folder, usage } = await setUp(1_600);
    for (let count = 0; count < 100; count += 1) {
      expect(await append(`${"x".repeat(79)}\n`)).toBeDefined();
      expect(usage.totalBytes).toBeLessThanOrEqual(1_600);
    }
    const names = await listFiles(folder);
    expect(names).toContain(`roof/${day}/readings-${day}-100.jsonl`);
    expect(names).not.toContain(`roof/${day}/readings-${day}.jsonl`);
  });

  it("refuse what never fits", async () => {
    const { append } = await setUp(1_600);
    expect(await append(`${"x".repeat(1_600)}\n`)).toBeUndefined();
  });

  it("go on in a later run with the last part, without what a crash left half written", async () => {
    const before = await setUp();
    await before.append("a\n");
    appendFileSync(before.path(`readings-${day}.jsonl`), '{"half');
    const { append, text, usage } = await setUp(1_600, before.folder);
    await append("b\n");
    expect(text(`readings-${day}.jsonl`)).toBe("a\nb\n");
    expect(usage.totalBytes).toBe(4);
  });

  it("cut an object that was half written, though it holds braces", async () => {
    const before = await setUp();
    await before.append('{\n\t"a": 1\n}\n', objects);
    appendFileSync(before.path(`websentry-${day}.raw-log.json`), '{\n\t"Frames": [\n\t\t{\n\t\t}\n');
    const { append, text } = await setUp(1_600, before.folder);
    await append("{\n}\n", objects);
    expect(text(`websentry-${day}.raw-log.json`)).toBe('{\n\t"a": 1\n}\n{\n}\n');
  });

  it("begin a new part behind one that is compressed", async () => {
    const { append, text, folder, path } = await setUp();
    await append("a\n");
    rmSync(path(`readings-${day}.jsonl`));
    writeFileSync(path(`readings-${day}.jsonl.gz`), "");
    const later = await setUp(1_600, folder);
    await later.append("b\n");
    expect(text(`readings-${day}-002.jsonl`)).toBe("b\n");
  });

  it("are begun again when somebody removed them", async () => {
    const { append, text, folder } = await setUp();
    await append("a\n");
    rmSync(join(folder, "roof"), { recursive: true });
    await append("b\n");
    expect(text(`readings-${day}.jsonl`)).toBe("b\n");
  });

  it("hold nothing twice or half when appending failed and is tried again", async () => {
    const { append, text, path } = await setUp();
    await append("a\n");
    const whole = text(`readings-${day}.jsonl`);
    rmSync(path(`readings-${day}.jsonl`));
    rmSync(join(path("."), "."), { recursive: true });
    writeFileSync(path("."), "in the way");
    await expect(append("b\n")).rejects.toThrow();
    rmSync(path("."));
    await append("b\n");
    expect(whole + text(`readings-${day}.jsonl`)).toBe("a\nb\n");
  });
});
