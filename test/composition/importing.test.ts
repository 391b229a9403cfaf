import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createImportCommand, importIntoStore } from "../../src/composition/importing.js";
import { systemClock } from "../../src/runtime/clock.js";
import { openDatabase } from "../../src/store/database.js";
import { createLedger } from "../../src/store/ledger.js";
import { importFolder, writeReports } from "../recording/import-setup.js";
import { createMemoryDatabase } from "../support/memory-database.js";

const account = "ledger:envoy_121000000001";

async function joulesIn(dataDir: string): Promise<number> {
  const database = await openDatabase(dataDir);
  const books = JSON.parse((await database.get(account)) ?? '{"joules":0}');
  await database.close();
  return books.joules;
}

/** Imports in a process of its own, which is killed when it begins with the file of this number. */
async function importAndKill(dataDir: string, files: readonly string[], atFile: number): Promise<void> {
  const program = fileURLToPath(new URL("../support/import-process.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", program, dataDir, ...files], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = new Promise((resolve) => child.once("close", resolve));
  let begun = 0;
  for await (const _line of createInterface({ input: child.stdout })) {
    begun += 1;
    if (begun === atFile) child.kill("SIGKILL");
  }
  await closed;
  expect(begun).toBeGreaterThanOrEqual(atFile);
}

describe("import into the store of a Cloudtap that does not run", () => {
  it("counts what is new, and after a restart nothing again", async () => {
    const dataDir = importFolder();
    const files = writeReports(importFolder(), 1, 5);
    expect(await importIntoStore(dataDir, files.slice(0, 3), { clock: systemClock })).toHaveLength(3);
    const again = await importIntoStore(dataDir, files, { clock: systemClock, protocol: "envoy" });
    expect(again.map(({ added, known }) => [added, known])).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
      [1, 0],
      [1, 0],
    ]);
    expect(await joulesIn(dataDir)).toBe(18_000);
  });

  it("counts each report once though it is killed in between", async () => {
    const dataDir = importFolder();
    const files = writeReports(importFolder(), 1, 12);
    for (const atFile of [2, 7]) await importAndKill(dataDir, files, atFile);
    const counted = await joulesIn(dataDir);
    expect(counted % 3_600).toBe(0);
    expect(counted).toBeGreaterThanOrEqual(6 * 3_600);
    await importIntoStore(dataDir, files, { clock: systemClock });
    expect(await joulesIn(dataDir)).toBe(12 * 3_600);
  });

  it("says that another Cloudtap has the store", async () => {
    const dataDir = importFolder();
    const database = await openDatabase(dataDir);
    const files = writeReports(importFolder(), 1, 1);
    await expect(importIntoStore(dataDir, files, { clock: systemClock })).rejects.toMatchObject({
      code: "STORE_FAILED",
      message: expect.stringContaining("another Cloudtap uses it"),
    });
    await database.close();
  });
});

describe("import into the running Cloudtap", () => {
  const setUp = () => createImportCommand({ ledger: createLedger(createMemoryDatabase()), clock: systemClock });

  it("answers what each file brought, as JSON", async () => {
    const files = writeReports(importFolder(), 1, 2);
    const answer = await setUp()({ files });
    expect(JSON.parse(JSON.stringify(answer))).toEqual(
      files.map((file) => ({ file, reports: 1, added: 1, known: 0, energyWh: 1, faults: [] })),
    );
  });

  it.each([
    ["no files", {}],
    ["files that are none", { files: [1] }],
    ["a protocol that does not exist", { files: [], protocol: "morse" }],
  ])("refuses %s", async (_title, args) => {
    await expect(setUp()(args)).rejects.toMatchObject({ code: "REQUEST_FAILED" });
  });
});
