import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesOf, SpoolUsage, sizeOf } from "../../../src/sinks/spool/spool-usage.js";
import { recordLog } from "../../support/log-recorder.js";
import { listFiles, temporaryFolder } from "./spool-setup.js";

/** A folder with files of 100 bytes; each is a minute younger than the one before. */
function folderWith(paths: readonly string[]): string {
  const folder = temporaryFolder();
  for (const [index, path] of paths.entries()) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), Buffer.alloc(100));
    utimesSync(join(folder, path), index * 60, index * 60);
  }
  return folder;
}

async function scanned(folder: string, maxBytes = 1_000): Promise<SpoolUsage> {
  const usage = new SpoolUsage(folder, maxBytes, recordLog().log);
  await usage.scan();
  return usage;
}

const body = (day: string, number: number): string => `${day}T10-00-00.000Z-00000${number}.xml`;
const first = "2026-11-20";
const second = "2026-11-21";

describe("use of the spool", () => {
  it("counts the files that a spool made, and removes what is half written", async () => {
    const files = [`roof/${first}/${body(first, 1)}`, `pool/${second}/readings-${second}.jsonl`];
    const others = [`roof/${first}/notes.txt`, "roof/notes.txt", `Roof/${first}/${body(first, 1)}`, "notes.txt"];
    const folder = folderWith([...files, ...others, `roof/${first}/${body(first, 2)}.part`]);
    const usage = await scanned(folder);
    expect(usage.totalBytes).toBe(200);
    expect(await listFiles(folder)).toEqual([...files, ...others].sort());
  });

  it("begins with nothing where there is no folder", async () => {
    expect((await scanned(join(temporaryFolder(), "none"))).totalBytes).toBe(0);
  });

  it("makes room by the oldest first, over all relays", async () => {
    const files = [
      `roof/${first}/${body(first, 1)}`,
      `pool/${first}/${body(first, 2)}`,
      `roof/${second}/${body(second, 3)}`,
      `pool/${second}/${body(second, 4)}`,
    ];
    const folder = folderWith(files);
    const usage = await scanned(folder, 500);
    expect(await usage.makeRoom(100)).toBe(true);
    expect(await listFiles(folder)).toHaveLength(4);
    expect(await usage.makeRoom(300)).toBe(true);
    expect(await listFiles(folder)).toEqual(files.slice(2).sort());
    expect(usage.totalBytes).toBe(200);
  });

  it("never removes the file that is being written, nor what others keep there", async () => {
    const current = `roof/${first}/readings-${first}.jsonl`;
    const folder = folderWith([current, `roof/${first}/notes.txt`]);
    const usage = await scanned(folder, 150);
    expect(await usage.makeRoom(60, join(folder, current))).toBe(false);
    expect(await listFiles(folder)).toHaveLength(2);
    expect(await usage.makeRoom(60)).toBe(true);
    expect(await listFiles(folder)).toEqual([`roof/${first}/notes.txt`]);
    expect(await usage.makeRoom(151)).toBe(false);
  });

  it("goes on where somebody else removed a file", async () => {
    const folder = folderWith([`roof/${first}/${body(first, 1)}`]);
    const usage = await scanned(folder, 200);
    usage.note(usage.folderOf("roof", second), 100);
    expect(await usage.makeRoom(200)).toBe(true);
    expect(usage.totalBytes).toBe(0);
  });

  it("removes days that were over by then, with their folders", async () => {
    const folder = folderWith([`roof/${first}/${body(first, 1)}`, `roof/${second}/${body(second, 2)}`]);
    const usage = await scanned(folder);
    await usage.removeEndedBy(Date.UTC(2026, 10, 21) - 1);
    expect(await listFiles(folder)).toHaveLength(2);
    await usage.removeEndedBy(Date.UTC(2026, 10, 21));
    expect(await listFiles(folder)).toEqual([`roof/${second}/${body(second, 2)}`]);
    expect(usage.folders.map(({ day }) => day)).toEqual([second]);
    expect(usage.totalBytes).toBe(100);
  });

  it("knows the files of a folder, and their sizes, also of one that is gone", async () => {
    const folder = folderWith([`roof/${first}/${body(first, 1)}`]);
    const usage = await scanned(folder);
    const [file] = await filesOf(usage.folderOf("roof", first));
    expect(file?.path).toBe(join(folder, "roof", first, body(first, 1)));
    expect(await sizeOf(file?.path ?? "")).toBe(100);
    expect(await filesOf(usage.folderOf("gone", first))).toEqual([]);
    expect(await sizeOf(join(folder, "gone"))).toBe(0);
  });
});
