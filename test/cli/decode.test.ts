import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { protocols as registered } from "../../src/protocols/registry.js";
import { encodeAnswer, encodeInterval, encodeReport } from "../support/blueprint/encoder.js";
import { describeWithCaptures, readCaptureJson } from "../support/captures.js";
import { runCommand } from "./test-context.js";

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

it("D25: decodes lines of hex, both directions, as a table", async () => {
  const file = join(folder, "meter.txt");
  writeFileSync(file, lines);
  const run = runCommand(["decode", "--protocol", "blueprint", file]);
  expect(await run.exitCode).toBe(0);
  expect(run.err()).toBe("");
  expect(run.out()).toMatch(/^ {4}2 {2}> device {5}19 B {2}report {11}report 1, 19 bytes$/m);
  expect(run.out()).toMatch(/^ +power +400 W$/m);
  expect(run.out()).toMatch(/^ {4}3 {2}< cloud .* command .*\n +command: report every 60 s$/m);
  expect(run.out()).toMatch(/^ {4}5 {2}> device .* command-result /m);
});

it("D25: decodes standard input as JSON, one object a line", async () => {
  const run = runCommand(["decode", "--protocol", "blueprint", "--json", "-"], { text: lines });
  expect(await run.exitCode).toBe(0);
  const objects: readonly { readonly line: number; readonly readings: readonly { readonly values: unknown }[] }[] = run
    .out()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(objects.map(({ line }) => line)).toEqual([2, 3, 5]);
  expect(objects[0]?.readings[0]?.values).toMatchObject({ power: 400, temperature: 31.5 });
});

it("names a broken line by its number, decodes the others and exits with 1", async () => {
  const run = runCommand(["decode", "--protocol", "blueprint", "-"], { text: `> zz\n> ${report}\n> abc\n` });
  expect(await run.exitCode).toBe(1);
  expect(run.err()).toBe(
    'cloudtap: -, line 1: expected hex digits, found "z"\ncloudtap: -, line 3: expected two hex digits a byte, found 3 digits\n',
  );
  expect(run.out()).toContain("400 W");
});

it("gives out half a frame at the end of the file", async () => {
  const run = runCommand(["decode", "--protocol", "blueprint", "-"], { text: `> ${report.slice(0, 20)}` });
  expect(await run.exitCode).toBe(0);
  expect(run.out()).toContain("not a frame");
  expect(run.out()).toContain("anomaly garbage");
});

interface Capture {
  readonly hex: string;
  readonly expected: { readonly values: { readonly energy_today: number; readonly energy_total: number } };
}

describeWithCaptures("recorded traffic", () => {
  it("D25: is decoded to the values that a relay would have published", async () => {
    const { hex, expected } = readCaptureJson<Capture>("solarman/deye-micro-data-live.json");
    const options = { text: hex, protocols: async () => registered };
    const run = runCommand(["decode", "--protocol", "solarman", "--json", "-"], options);
    expect(await run.exitCode).toBe(0);
    const { readings } = JSON.parse(run.out());
    const { energy_today, energy_total } = expected.values;
    expect(readings[0]).toMatchObject({ live: true, values: { energy_today, energy_total } });
  });
});
