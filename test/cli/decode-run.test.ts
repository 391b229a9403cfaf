import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { EpochMs } from "../../src/model/time.js";
import { protocols as registered } from "../../src/protocols/registry.js";
import { createProbe } from "../../src/wire/probe.js";
import { encodeSessionLog } from "../../src/wire/session-log.js";
import { encodeReport } from "../support/blueprint/encoder.js";
import { blueprint } from "../support/blueprint/index.js";
import { capturePath, describeWithCaptures, readCaptureJson } from "../support/captures.js";
import { FakeClock } from "../support/fake-clock.js";
import { runCommand } from "./test-context.js";

const folder = mkdtempSync(join(tmpdir(), "cloudtap-run-"));
afterAll(() => rmSync(folder, { recursive: true }));

const protocols = async () => [{ ...blueprint, probe: createProbe([0xb1, 0x7e]) }];
const everyProtocol = { protocols: async () => registered };
const report = encodeReport(1000, 1, { powerW: 400, temperatureC: 31.5, energyTotalWh: 5 });

describe("one run of decode", () => {
  it("goes on as the file grows, until SIGINT", async () => {
    const clock = new FakeClock();
    const file = join(folder, "growing.txt");
    writeFileSync(file, `${report.toString("hex")}\n`);
    const run = runCommand(["decode", "--follow", file], { protocols, clock });
    await run.waitFor(/report 1/);
    appendFileSync(
      file,
      `${encodeReport(1000, 2, { powerW: 1, temperatureC: 1, energyTotalWh: 6 }).toString("hex")}\n`,
    );
    while (!run.out().includes("report 2")) {
      await new Promise((resolve) => setImmediate(resolve));
      if (clock.pendingTimers > 0) clock.advance(500);
    }
    run.interrupt();
    expect(await run.exitCode).toBe(0);
    expect(run.err()).toBe("cloudtap: 1 session, 2 frames, 2 readings, 0 anomalies\n");
  });

  it("goes on with the next file where one cannot be read", async () => {
    const [bad, good] = [join(folder, "bad"), join(folder, "good")];
    writeFileSync(bad, Buffer.from([0, 1, 2, 3]));
    writeFileSync(good, report.toString("hex"));
    const run = runCommand(["decode", bad, good], { protocols });
    expect(await run.exitCode).toBe(1);
    expect(run.err()).toContain("bad: expected pcapng, pcap, lines of hex digits");
    expect(run.out()).toContain("400 W");
  });

  it("shows how far it is only where a person looks at the faults and not at the output", async () => {
    const file = join(folder, "long.txt");
    writeFileSync(file, `${"#".repeat(79)}\n`.repeat(120_000));
    // Each look at this clock is a tenth of a second after the last.
    const started = new FakeClock();
    const clock = {
      after: started.after.bind(started),
      now(): EpochMs {
        started.advance(100);
        return started.now();
      },
    };
    const said = { text: "" };
    const err = {
      isTTY: true,
      write(text: string) {
        said.text += text;
      },
    };
    expect(await runCommand(["decode", file], { clock, err }).exitCode).toBe(0);
    expect(said.text).toMatch(/\r.*long\.txt: \d+ %, \d+\.\d MB\/s.*\r.*cloudtap: 0 sessions/s);
    said.text = "";
    expect(await runCommand(["decode", file], { clock, err, terminal: true }).exitCode).toBe(0);
    expect(said.text).toMatch(/^cloudtap: 0 sessions/);
  });

  it("says of spooled readings that they are none", async () => {
    const text = '{"time":"2026-11-21T00:00:00Z","device":"a","values":{}}\n';
    const run = runCommand(["decode", "-"], { ...everyProtocol, text });
    expect(await run.exitCode).toBe(1);
    expect(run.err()).toBe(
      "cloudtap: -: expected recorded traffic, found readings of a spool, which are decoded already\n" +
        "cloudtap: 0 sessions, 0 frames, 0 readings, 0 anomalies\n",
    );
  });
});

interface FramesCapture {
  readonly frames?: readonly { readonly from: string; readonly hex: string }[];
}

describeWithCaptures("recorded traffic", () => {
  it("W25: a raw log gives each session, and the unnamed properties with their times", async () => {
    const run = runCommand(["decode", capturePath("websentry/exporter-rawlog.jsonstream")], everyProtocol);
    expect(await run.exitCode).toBe(0);
    expect(run.out()).toMatch(
      /^--- 2024-01-20, UTC\n--- session 1: .*: websentry\n18:39:54\.264000 {2}#1 {3}> device {5}25 B/,
    );
    expect(run.out()).toMatch(/^ +humidity +53\.4 %$/m);
    expect(run.out()).toMatch(
      /\n--- unnamed prop_0x1003 of websentry_0090c2aabb01\n +2024-01-20T18:39:55\.\d+Z {2}No\n/,
    );
    expect(run.err()).toMatch(/^cloudtap: 2 sessions, 14 frames, 2 readings, \d+ anomal/);
  });

  it.each(["request.form.http", "request.rawxml.http", "request.xml"])(
    "an Envoy's report is decoded from %s",
    async (kind) => {
      const run = runCommand(["decode", "--json", capturePath(`envoy/envoy-2012-startup.${kind}`)], everyProtocol);
      expect(await run.exitCode).toBe(0);
      expect(run.out()).toContain("8 events, 20 devices");
      expect(run.out()).toContain('"id":"envoy_123456115374"');
    },
  );

  it("every kind of file gives the same of the same session", async () => {
    const { frames = [] } = readCaptureJson<FramesCapture>("websentry/session-plain.json");
    const hex = frames.map(({ from, hex: bytes }) => `${from === "cloud" ? "<" : ">"} ${bytes}`).join("\n");
    const start = Date.UTC(2026, 5, 21, 10) as EpochMs;
    const log = encodeSessionLog({
      ...{ start, durationMs: 0 },
      frames: frames.map(({ from, hex: bytes }) => ({
        direction: from === "cloud" ? "cloud-to-device" : "device-to-cloud",
        bytes: Buffer.from(bytes, "hex"),
      })),
    });
    const clock = new FakeClock(start);
    const values = await Promise.all(
      [hex, log].map(async (text) => {
        const run = runCommand(["decode", "--json", "-"], { ...everyProtocol, text, clock });
        expect(await run.exitCode).toBe(0);
        return run.out().match(/"readings":\[[^\n]*?\],"events"/g);
      }),
    );
    expect(values[0]?.join("")).toContain("humidity");
    expect(values[0]).toEqual(values[1]);
  });

  it("D25: a logger's report is decoded to the values that a relay would have published", async () => {
    const { hex, expected } = readCaptureJson<LoggerCapture>("solarman/deye-micro-data-live.json");
    const run = runCommand(["decode", "--json", "-"], { ...everyProtocol, text: hex });
    expect(await run.exitCode).toBe(0);
    const { energy_today, energy_total } = expected.values;
    const frame = run.out().split("\n")[1] ?? "";
    expect(JSON.parse(frame).readings[0]).toMatchObject({ live: true, values: { energy_today, energy_total } });
  });
});

interface LoggerCapture {
  readonly hex: string;
  readonly expected: { readonly values: { readonly energy_today: number; readonly energy_total: number } };
}
