import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Ledger } from "../../src/model/ports.js";
import { protocols } from "../../src/protocols/registry.js";
import { importRecordings } from "../../src/recording/importer.js";
import { createLedger } from "../../src/store/ledger.js";
import { capturePath, describeWithCaptures, readCapture } from "../support/captures.js";
import { FakeClock } from "../support/fake-clock.js";
import { createMemoryDatabase } from "../support/memory-database.js";
import { firstReportS, importFolder, reportXml, writeReports } from "./import-setup.js";

const account = "ledger:envoy_121000000001";

function setUp(nowS = firstReportS + 86_400) {
  const database = createMemoryDatabase();
  const clock = new FakeClock(nowS * 1000);
  const run = (files: readonly string[], ledger: Ledger = createLedger(database)) =>
    importRecordings(files, undefined, { ledger, clock, protocols });
  const books = async () => JSON.parse((await database.get(account)) ?? "null");
  return { database, clock, run, books };
}

const sum = (results: readonly { readonly added: number; readonly known: number; readonly energyWh: number }[]) => ({
  added: results.reduce((total, { added }) => total + added, 0),
  known: results.reduce((total, { known }) => total + known, 0),
  energyWh: results.reduce((total, { energyWh }) => total + energyWh, 0),
});

describe("import", () => {
  it("counts the energy of each report and says what each file brought", async () => {
    const { run, books } = setUp();
    const files = writeReports(importFolder(), 1, 3);
    const results = await run(files);
    expect(results.map(({ file }) => file)).toEqual(files);
    for (const result of results)
      expect(result).toMatchObject({ reports: 1, added: 1, known: 0, energyWh: 1, faults: [] });
    expect(await books()).toMatchObject({ joules: 10_800, reports: 3 });
  });

  it("changes nothing the second time, and does not even write", async () => {
    const { run, books, database } = setUp();
    const files = writeReports(importFolder(), 1, 20);
    await run(files);
    const before = await books();
    const { writes } = database;
    expect(sum(await run(files))).toEqual({ added: 0, known: 20, energyWh: 0 });
    expect(await books()).toEqual(before);
    expect(database.writes).toBe(writes);
  });

  it("shows no power and fires no event, not even of a report of this minute", async () => {
    const { run, database, clock } = setUp(firstReportS + 305);
    const outcomes: unknown[] = [];
    const ledger = createLedger(database);
    const spy: Ledger = {
      async post(posting, now) {
        const outcome = await ledger.post(posting, now);
        outcomes.push(
          outcome.events,
          outcome.devices,
          outcome.readings.filter(({ live }) => live),
        );
        return outcome;
      },
    };
    await run(writeReports(importFolder(), 1, 1), spy);
    expect(outcomes).toEqual([[], [], []]);
    const { channels } = JSON.parse((await database.get(account)) ?? "");
    expect(JSON.stringify(channels)).not.toMatch(/watts/);
    clock.advance(1);
  });

  it("leaves what is known of the Envoy's clock alone, however many old reports come at once", async () => {
    const { run, books } = setUp();
    await run(writeReports(importFolder(), 1, 10));
    expect(await books()).toMatchObject({ clock: { offset: 0, off_reports: 0 }, repeats: 0 });
  });

  it("takes requests and packed files as well", async () => {
    const { run } = setUp();
    const folder = importFolder();
    const head =
      "POST /emu_reports/performance_report?webcomm_version=3.0 HTTP/1.1\r\nContent-Type: application/x-deflate\r\n";
    writeFileSync(
      join(folder, "a.request"),
      `${head}Content-Length: 9\r\n\r\nbody=${encodeURIComponent(reportXml(1))}`,
    );
    writeFileSync(join(folder, "b.xml.gz"), gzipSync(reportXml(2)));
    const results = await run([join(folder, "a.request"), join(folder, "b.xml.gz")]);
    expect(sum(results)).toEqual({ added: 2, known: 0, energyWh: 2 });
  });

  it("goes on behind what cannot be read, and says where it was", async () => {
    const { run } = setUp();
    const folder = importFolder();
    const broken = join(folder, "broken.xml");
    writeFileSync(broken, Buffer.from([0xff, 0xfe, 0x00]));
    const missing = join(folder, "missing.xml");
    const [good = ""] = writeReports(folder, 1, 1);
    const results = await run([broken, missing, folder, good]);
    expect(results.map(({ faults, added }) => [faults.length, added])).toEqual([
      [1, 0],
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
    expect(results[0]?.faults[0]).toContain(broken);
    expect(results[1]?.faults[0]).toContain(missing);
  });

  it("finds nothing to count in traffic of other devices", async () => {
    const { run } = setUp();
    const file = join(importFolder(), "lines.hex");
    writeFileSync(file, "> 70839e5102001200\n");
    expect(sum(await run([file]))).toEqual({ added: 0, known: 0, energyWh: 0 });
  });

  it("ends where the books cannot be written, with all that came before counted", async () => {
    const { run, database, books } = setUp();
    const files = writeReports(importFolder(), 1, 2);
    await run(files.slice(0, 1));
    database.failing = true;
    await expect(run(files)).rejects.toMatchObject({ code: "STORE_FAILED" });
    database.failing = false;
    expect(await books()).toMatchObject({ joules: 3_600 });
    expect(sum(await run(files))).toMatchObject({ added: 1, known: 1 });
  });
});

describeWithCaptures("import of recorded traffic", () => {
  it("counts a backlog to the joule, as a report, as a request and once", async () => {
    const { run, database } = setUp(1_440_000_000);
    const expected = JSON.parse(readCapture("envoy/envoy-2015-backfill-part1.json").toString()).expected.array;
    const xml = capturePath("envoy/envoy-2015-backfill-part1.request.xml");
    const http = capturePath("envoy/envoy-2015-backfill-part1.request.form.http");
    const results = await run([http, xml]);
    expect(sum(results).energyWh).toBeCloseTo(expected.energy_wh, 3);
    expect(results[0]?.added).toBeGreaterThan(0);
    expect(results[1]).toMatchObject({ added: 0, reports: 1, faults: [] });
    const serial = /serial_num=["'](\d+)/.exec(readFileSync(xml, "utf8"))?.[1];
    const books = JSON.parse((await database.get(`ledger:envoy_${serial}`)) ?? "null");
    expect(books?.joules).toBe(expected.joules_total);
  });

  it("takes a raw log, in which there is nothing to count", async () => {
    const { run } = setUp();
    const results = await run([capturePath("websentry/exporter-rawlog.jsonstream")]);
    expect(results).toMatchObject([{ reports: 0, faults: [] }]);
  });
});
