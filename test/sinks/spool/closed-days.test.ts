import { mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { compressClosedDays } from "../../../src/sinks/spool/closed-days.js";
import { SpoolUsage } from "../../../src/sinks/spool/spool-usage.js";
import { recordLog } from "../../support/log-recorder.js";
import { listFiles, temporaryFolder } from "./spool-setup.js";

const yesterday = "2026-11-20";
const today = "2026-11-21";
const body = (day: string): string => `${day}T10-00-00.000Z-000001.xml`;

async function setUp(maxBytes = 100_000) {
  const folder = temporaryFolder();
  for (const day of [yesterday, today]) {
    mkdirSync(join(folder, "roof", day), { recursive: true });
    writeFileSync(join(folder, "roof", day, body(day)), "<r/>".repeat(1_000));
    writeFileSync(join(folder, "roof", day, "notes.txt"), "mine");
  }
  const usage = new SpoolUsage(folder, maxBytes, recordLog().log);
  await usage.scan();
  return { folder, usage, path: join(folder, "roof", yesterday, body(yesterday)) };
}

describe("days that are over", () => {
  it("have their files compressed, and those of today stay", async () => {
    const { folder, usage, path } = await setUp();
    utimesSync(path, 1_000, 1_000);
    await compressClosedDays(usage, today, recordLog().log);
    expect(await listFiles(folder)).toEqual([
      `roof/${yesterday}/${body(yesterday)}.gz`,
      `roof/${yesterday}/notes.txt`,
      `roof/${today}/${body(today)}`,
      `roof/${today}/notes.txt`,
    ]);
    expect(gunzipSync(readFileSync(`${path}.gz`)).toString()).toBe("<r/>".repeat(1_000));
    const { mode, mtimeMs } = statSync(`${path}.gz`);
    expect([mode & 0o777, mtimeMs]).toEqual([0o600, 1_000_000]);
    const counted = usage.totalBytes;
    await usage.scan();
    expect(usage.totalBytes).toBe(counted);
  });

  it("are left alone the second time", async () => {
    const { folder, usage } = await setUp();
    await compressClosedDays(usage, today, recordLog().log);
    const before = await listFiles(folder);
    await compressClosedDays(usage, today, recordLog().log);
    expect(await listFiles(folder)).toEqual(before);
  });

  it("keep their files when compressing fails", async () => {
    const { folder, usage, path } = await setUp();
    mkdirSync(`${path}.gz`);
    await expect(compressClosedDays(usage, today, recordLog().log)).rejects.toThrow();
    expect(readFileSync(path, "utf8")).toBe("<r/>".repeat(1_000));
    expect((await listFiles(folder)).filter((file) => file.endsWith(".part"))).toEqual([]);
  });

  it("keep what would not fit beside its copy", async () => {
    const { usage, path } = await setUp(4_500);
    await compressClosedDays(usage, today, recordLog().log);
    expect(readFileSync(path, "utf8")).toBe("<r/>".repeat(1_000));
  });
});
