import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type AdminCommand, createAdminServer } from "../../src/admin/server.js";
import { adminSocketPath } from "../../src/admin/socket-path.js";
import { createImportCommand } from "../../src/composition/importing.js";
import type { JsonObject } from "../../src/model/value.js";
import { protocols } from "../../src/protocols/registry.js";
import { systemClock } from "../../src/runtime/clock.js";
import { silentLogger } from "../../src/runtime/log.js";
import { openDatabase } from "../../src/store/database.js";
import { createLedger } from "../../src/store/ledger.js";
import { importFolder, writeReports } from "../recording/import-setup.js";
import { runCommand } from "./test-context.js";

function setUp() {
  const dataDir = importFolder();
  const reports = importFolder();
  const config = join(dataDir, "cloudtap.yaml");
  writeFileSync(
    config,
    `data_dir: ${dataDir}\nrelays: [{ name: roof, protocol: envoy }, { name: any, protocol: auto, listen: 1234, upstream: 'cloud.example.com:1' }]\n`,
  );
  const run = async (...argv: readonly string[]) => {
    const command = runCommand(["import", ...argv, "--config", config], { protocols: async () => protocols });
    return { exitCode: await command.exitCode, out: command.out(), err: command.err() };
  };
  return { dataDir, reports, run };
}

async function serve(dataDir: string, command: AdminCommand): Promise<void> {
  const server = createAdminServer(adminSocketPath(dataDir), new Map([["import", command]]), silentLogger());
  await server.start();
  onTestFinished(() => server.stop());
}

describe("cloudtap import", () => {
  it("has the running Cloudtap count what is new, many files at once", async () => {
    const { dataDir, reports, run } = setUp();
    const database = await openDatabase(dataDir);
    onTestFinished(() => database.close());
    const asked: JsonObject[] = [];
    const count = createImportCommand({ ledger: createLedger(database), clock: systemClock });
    await serve(dataDir, (args) => {
      asked.push(args);
      return count(args);
    });
    const files = writeReports(reports, 1, 800);
    const first = await run(reports);
    expect(first).toMatchObject({ exitCode: 0, err: "" });
    expect(asked.length).toBeGreaterThan(1);
    const lines = first.out.trimEnd().split("\n");
    expect(lines[0]).toBe(`${files[0]}: 1 report, 1 new interval, 0 known, 1 Wh added`);
    expect(lines.slice(-2)).toEqual([
      "800 files: 800 reports, 800 new intervals, 0 known, 800 Wh added",
      "Home Assistant shows it with the next report.",
    ]);
    const again = await run(reports);
    expect(again.out.trimEnd().split("\n").at(-1)).toBe(
      "800 files: 800 reports, 0 new intervals, 800 known, 0 Wh added",
    );
  });

  it("opens the books itself where no Cloudtap runs", async () => {
    const { reports, run } = setUp();
    const [file = ""] = writeReports(reports, 1, 1);
    expect(await run(file, "--relay", "roof")).toEqual({
      exitCode: 0,
      out: [
        `${file}: 1 report, 1 new interval, 0 known, 1 Wh added`,
        "1 file: 1 report, 1 new interval, 0 known, 1 Wh added",
        "Home Assistant shows it with the first report after the start of Cloudtap, which is not running.",
        "",
      ].join("\n"),
      err: "",
    });
  });

  it("goes on behind a broken file and ends with 1", async () => {
    const { reports, run } = setUp();
    writeFileSync(join(reports, "a.bin"), Buffer.from([0xff, 0]));
    writeReports(reports, 1, 1);
    const { exitCode, out, err } = await run(reports);
    expect(exitCode).toBe(1);
    expect(err).toContain(join(reports, "a.bin"));
    expect(out).toContain("2 files: 1 report, 1 new interval");
  });

  it("tells the protocol of the relay that is named, where it has one", async () => {
    const { dataDir, reports, run } = setUp();
    const asked: JsonObject[] = [];
    await serve(dataDir, async (args) => {
      asked.push(args);
      return [];
    });
    const [file = ""] = writeReports(reports, 1, 1);
    await run(file, "--relay", "roof");
    await run(file, "--relay", "any");
    expect(asked).toEqual([{ files: [file], protocol: "envoy" }, { files: [file] }]);
  });

  it("knows no relay but those of the configuration", async () => {
    const { reports, run } = setUp();
    const { exitCode, err } = await run(reports, "--relay", "rof");
    expect(exitCode).toBe(2);
    expect(err).toContain("roof");
  });
});
