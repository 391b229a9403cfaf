import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createProbe } from "../../src/wire/probe.js";
import { encodeAnswer, encodeInterval, encodeReport } from "../support/blueprint/encoder.js";
import { blueprint } from "../support/blueprint/index.js";
import { runCommand } from "./test-context.js";

/** Devices of the blueprint tell by their first bytes what they are. */
const protocols = async () => [{ ...blueprint, probe: createProbe([0xb1, 0x7e]) }];

const folder = mkdtempSync(join(tmpdir(), "cloudtap-decode-"));
afterAll(() => rmSync(folder, { recursive: true }));

const report = encodeReport(1000, 1, { powerW: 400, temperatureC: 31.5, energyTotalWh: 5 }).toString("hex");
const lines = [
  "# a meter reports",
  `> ${report}`,
  `< ${encodeInterval(1000, 2, 60).toString("hex")}`,
  "",
  encodeAnswer(1000, 2, 2).toString("hex"),
].join("\n");

describe("cloudtap decode", () => {
  it("D25: decodes lines of hex, both directions, as a table, and says how much it was", async () => {
    const file = join(folder, "meter.txt");
    writeFileSync(file, lines);
    const run = runCommand(["decode", "--protocol", "blueprint", file]);
    expect(await run.exitCode).toBe(0);
    expect(run.err()).toBe("cloudtap: 1 session, 3 frames, 1 reading, 0 anomalies\n");
    expect(run.out()).toMatch(/^--- session 1: .*meter\.txt: blueprint\n/);
    expect(run.out()).toMatch(/^ {4}2 {2}#1 {3}> device {5}19 B {2}report {11}report 1, 19 bytes$/m);
    expect(run.out()).toMatch(/^ +power +400 W$/m);
    expect(run.out()).toMatch(/^ {4}3 {2}#1 {3}< cloud .* command .*\n +command: report every 60 s$/m);
    expect(run.out()).toMatch(/^ {4}5 {2}#1 {3}> device .* command-result /m);
    expect(run.out()).toMatch(/--- session 1 ends: nothing more was recorded\n$/);
  });

  it("tells the protocol by the first bytes of the device", async () => {
    const run = runCommand(["decode", "-"], { text: lines, protocols });
    expect(await run.exitCode).toBe(0);
    expect(run.out()).toContain("--- session 1: -: blueprint\n");
  });

  it("D25: decodes standard input as JSON, one object a line", async () => {
    const run = runCommand(["decode", "--json", "-"], { text: lines, protocols });
    expect(await run.exitCode).toBe(0);
    const objects: readonly {
      readonly type: string;
      readonly line?: number;
      readonly readings?: readonly unknown[];
    }[] = run
      .out()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(objects.map(({ type, line }) => [type, line])).toEqual([
      ["session", undefined],
      ["frame", 2],
      ["frame", 3],
      ["frame", 5],
      ["end", undefined],
    ]);
    expect(objects[1]?.readings?.[0]).toMatchObject({ values: { power: 400, temperature: 31.5 } });
  });

  it("A19: shows the bytes of each frame", async () => {
    const run = runCommand(["decode", "--hex", "-"], { text: lines, protocols });
    expect(await run.exitCode).toBe(0);
    expect(run.out()).toMatch(/^.*\bb1 7e\b/m);
  });

  it("names a broken line by its number, decodes the others and exits with 1", async () => {
    const run = runCommand(["decode", "--protocol", "blueprint", "-"], { text: `> zz\n> ${report}\n> abc\n` });
    expect(await run.exitCode).toBe(1);
    expect(run.err()).toBe(
      'cloudtap: -, line 1: expected hex digits, found "z"\n' +
        "cloudtap: -, line 3: expected two hex digits a byte, found 3 digits\n" +
        "cloudtap: 1 session, 1 frame, 1 reading, 0 anomalies\n",
    );
    expect(run.out()).toContain("400 W");
  });

  it("gives out half a frame at the end of the file", async () => {
    const run = runCommand(["decode", "--protocol", "blueprint", "-"], { text: `> ${report.slice(0, 20)}` });
    expect(await run.exitCode).toBe(0);
    expect(run.out()).toContain("not a frame");
    expect(run.out()).toContain("anomaly garbage");
  });

  it("says of a session whose protocol nobody can tell what to do, and exits with 1", async () => {
    const run = runCommand(["decode", "-"], { text: "> 00112233445566" });
    expect(await run.exitCode).toBe(1);
    expect(run.out()).toContain("--- session 1: -: of a protocol that is not known; say which with --protocol\n");
  });

  it("says of TLS that only its keys open it", async () => {
    const run = runCommand(["decode", "--protocol", "blueprint", "-"], { text: "> 16 03 01 00 2e 01 00 00 2a" });
    expect(await run.exitCode).toBe(0);
    expect(run.out()).toContain("--- session 1: -: TLS, which only its keys open; docs/captures.md says how\n");
    expect(run.err()).toContain("1 session encrypted");
  });

  it("shows one session, or those of a device, and counts all", async () => {
    const files = ["a.txt", "b.txt"].map((name, index) => {
      const bytes = encodeReport(1000 + index, 1, { powerW: 400, temperatureC: 31.5, energyTotalWh: 5 });
      writeFileSync(join(folder, name), bytes.toString("hex"));
      return join(folder, name);
    });
    const second = runCommand(["decode", "--session", "2", ...files], { protocols });
    expect(await second.exitCode).toBe(0);
    expect(second.out()).toContain("reading of blueprint_1001");
    expect(second.out()).not.toContain("blueprint_1000");
    const first = runCommand(["decode", "--device", "blueprint_1000", ...files], { protocols });
    expect(await first.exitCode).toBe(0);
    expect(first.out()).not.toContain("blueprint_1001");
    expect(first.err()).toBe("cloudtap: 2 sessions, 2 frames, 2 readings, 0 anomalies\n");
  });

  it.each([
    [["decode", "--json", "--hex", "-"], "expected --json or --hex, found both"],
    [["decode", "--session", "0", "-"], "--session: expected a whole number from 1"],
    [["decode", "--protocol", "bluprint", "-"], "unknown protocol bluprint"],
    [["decode", "/nonexistent/file"], "expected a readable file, found: ENOENT"],
    [["decode", "/"], "expected a file, found /"],
  ])("refuses %j", async (argv, words) => {
    const run = runCommand(argv);
    expect(await run.exitCode).toBe(2);
    expect(run.err()).toContain(words);
  });
});
