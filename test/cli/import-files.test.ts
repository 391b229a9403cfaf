import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { filesToImport } from "../../src/cli/import-files.js";

function folderWith(names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "cloudtap-import-files-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "roof/2026-11-21"), { recursive: true });
  for (const name of names) writeFileSync(join(folder, name), "");
  return folder;
}

async function found(names: readonly string[]): Promise<readonly string[]> {
  const folder = folderWith(names);
  return (await filesToImport([folder])).map((file) => file.slice(folder.length + 1));
}

describe("files to import", () => {
  it("are those of a folder and its folders, in the order of their names", async () => {
    const names = ["roof/2026-11-21/b.xml", "roof/2026-11-21/a.xml.gz", "c.pcapng", "d.raw-log.json"];
    expect(await found(names)).toEqual([
      "c.pcapng",
      "d.raw-log.json",
      "roof/2026-11-21/a.xml.gz",
      "roof/2026-11-21/b.xml",
    ]);
  });

  it("leave out what has nothing to count, and what is not finished", async () => {
    expect(await found(["a.response", "a.response.gz", "readings-2026-11-21.jsonl", "b.xml.part", ".hidden"])).toEqual(
      [],
    );
  });

  it("hold a report once where its whole request is there, too", async () => {
    expect(await found(["a.xml", "a.request", "b.xml.gz", "b.request.gz", "c.xml"])).toEqual([
      "a.request",
      "b.request.gz",
      "c.xml",
    ]);
  });

  it("are taken as they are named, each once", async () => {
    const folder = folderWith(["a.response"]);
    const file = join(folder, "a.response");
    expect(await filesToImport([file, file, folder])).toEqual([file]);
  });

  it("must exist", async () => {
    await expect(filesToImport(["/nowhere/at/all"])).rejects.toMatchObject({ code: "USAGE" });
  });
});
