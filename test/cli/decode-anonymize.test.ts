import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeCopy } from "../../src/cli/decode-anonymize.js";
import { encodeReport } from "../support/blueprint/encoder.js";
import { writeRecordingFile } from "../support/recording-file.js";
import { runCommand } from "./test-context.js";

const none = { serials: 0, macs: 0, addresses: 0, names: 0, places: 0 };

describe("describeCopy", () => {
  it("counts what was replaced and what was left out", () => {
    const replaced = { ...none, serials: 2, macs: 1, places: 2 };
    expect(describeCopy({ replaced, legs: 3, unreadableLegs: 1, blankedBytes: 12, faults: [] }, "out.pcapng")).toEqual([
      "Wrote out.pcapng: 3 connections.",
      "Replaced: 2 serial numbers, 1 MAC address, 2 places.",
      "Left out what passed on 1 connection that nobody can read.",
      "Blanked 12 bytes that make no frame.",
    ]);
    expect(describeCopy({ replaced: none, legs: 1, unreadableLegs: 0, blankedBytes: 0, faults: [] }, "o")).toEqual([
      "Wrote o: 1 connection.",
      "Replaced: nothing.",
    ]);
  });
});

describe("cloudtap decode --anonymize", () => {
  const values = { powerW: 412, temperatureC: 21.5, energyTotalWh: 7_500 };
  const turns = [{ direction: "device-to-cloud", bytes: encodeReport(4_012_345_678, 1, values) } as const];

  it("writes a copy that decodes to the same values, warns, and prints no original", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cloudtap-copy-"));
    const [input, output] = [join(folder, "in.pcapng"), join(folder, "out.pcapng")];
    writeRecordingFile(input, [{ protocol: "blueprint", device: "blueprint_4012345678", turns }]);
    const run = runCommand(["decode", "--anonymize", output, input]);
    expect(await run.exitCode).toBe(0);
    expect(run.out()).toMatch(/^Wrote .*out\.pcapng: 1 connection\.\nReplaced: 1 serial number, 2 IP addresses\.\n$/);
    expect(run.err()).toContain("Look through it before you share it");
    expect(readFileSync(output).includes("4012345678")).toBe(false);
    const [before, after] = [input, output].map((file) => runCommand(["decode", "--json", file]));
    await Promise.all([before?.exitCode, after?.exitCode]);
    expect(after?.out()).toContain('"power":412');
    expect(after?.out()).not.toContain("4012345678");
    expect(before?.out()).toContain("4012345678");
  });

  it("refuses a file that is there already, with exit code 2", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cloudtap-copy-"));
    const input = join(folder, "in.pcapng");
    writeRecordingFile(input, [{ protocol: "blueprint", turns }]);
    const run = runCommand(["decode", "--anonymize", input, input]);
    expect(await run.exitCode).toBe(2);
    expect(run.err()).toContain("expected a new file to write to");
  });
});
