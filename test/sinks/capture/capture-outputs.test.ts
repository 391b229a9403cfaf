import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { EpochUs } from "../../../src/model/recording.js";
import { systemClock } from "../../../src/runtime/clock.js";
import { silentLogger } from "../../../src/runtime/log.js";
import { CaptureFolder } from "../../../src/sinks/capture/capture-folder.js";
import { CaptureOutputs } from "../../../src/sinks/capture/capture-outputs.js";
import { Health } from "../../../src/sinks/capture/health.js";
import { temporaryFolder } from "../../support/capture-setup.js";

function outputsIn(directory: string): CaptureOutputs {
  const folder = new CaptureFolder({ directory, maxBytes: 1_000_000, maxAgeMs: 86_400_000 }, systemClock);
  const health = new Health({
    ...{ clock: systemClock, log: silentLogger(), directory },
    probe: async () => undefined,
    changed: () => undefined,
  });
  return new CaptureOutputs(
    { application: "Cloudtap 1", parts: ["A", "Z"], tlsSecrets: "none", maxAgeMs: 86_400_000 },
    { folder, health, now: () => 1_795_000_000_000_000 as EpochUs },
  );
}

describe("what captures write to", () => {
  it("is no file before there is a packet", async () => {
    const directory = temporaryFolder();
    await outputsIn(directory)
      .files("always", "all", 128 * 1024)
      .stop();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("is a stream whose beginning comes at once, with why it is there", () => {
    const written: Buffer[] = [];
    const output = {
      write: (bytes: Uint8Array) => {
        written.push(Buffer.from(bytes));
        return true;
      },
      onDrained: () => undefined,
    };
    outputsIn(temporaryFolder()).stream("tap of all", output);
    const bytes = Buffer.concat(written);
    expect(bytes.readUInt32LE(0)).toBe(0x0a0d0d0a);
    expect(bytes.toString("latin1")).toContain("Why: tap of all");
    expect(bytes.toString("latin1")).toContain("Cloudtap 1");
  });
});
