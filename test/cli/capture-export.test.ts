import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseInvocation } from "../../src/cli/arguments.js";
import { type Anonymize, exportCapture } from "../../src/cli/capture-export.js";
import type { CommandContext } from "../../src/cli/context.js";
import { systemClock } from "../../src/runtime/clock.js";
import { type CaptureSetup, setUpCaptures } from "./capture-setup.js";
import { protocols, runCommand } from "./test-context.js";

const older = "cloudtap-20261121T142056.123456Z-0001-roof.pcapng";
const newer = "cloudtap-20261121T150000.000000Z-0001-roof.pcapng";
/** A section header, and one byte of the block behind it. */
const header = Buffer.from("0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000", "hex");

async function setUp(settings?: string): Promise<CaptureSetup & { readonly out: string }> {
  const setup = await setUpCaptures(settings, false);
  writeFileSync(join(setup.directory, older), Buffer.from("older"));
  writeFileSync(join(setup.directory, `${newer}.part`), Buffer.concat([header, Buffer.of(6)]));
  writeFileSync(join(setup.directory, "zzz.keys"), "no capture");
  return { ...setup, out: join(setup.folder, "out.pcapng") };
}

describe("cloudtap capture export --raw", () => {
  it("copies a finished file as it is, for this account alone, and warns", async () => {
    const { config, out } = await setUp();
    const run = runCommand(["capture", "export", older, out, "--raw", "--config", config]);
    expect(await run.exitCode).toBe(0);
    expect(readFileSync(out, "utf8")).toBe("older");
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(run.out()).toBe(`Copied ${older} to ${out}.\n`);
    expect(run.err()).toContain("Captures hold secrets");
  });

  it("copies the newest, of one that is being written every whole block", async () => {
    const { config, out } = await setUp();
    expect(await runCommand(["capture", "export", "newest", out, "--raw", "--config", config]).exitCode).toBe(0);
    expect(readFileSync(out)).toEqual(header);
  });

  it("copies into a folder, under the name that the file will have", async () => {
    const { config, folder } = await setUp();
    const shelf = join(folder, "shelf");
    mkdirSync(shelf);
    for (const name of [older.replace(".pcapng", ""), `/anywhere/${newer}`])
      expect(await runCommand(["capture", "export", name, shelf, "--raw", "--config", config]).exitCode).toBe(0);
    expect(readdirSync(shelf)).toEqual([older, newer]);
  });

  it("overwrites nothing", async () => {
    const { config, out } = await setUp();
    writeFileSync(out, "mine");
    for (const words of [["--raw"], []]) {
      const run = runCommand(["capture", "export", older, out, ...words, "--config", config]);
      expect(await run.exitCode).toBe(1);
      expect(run.err()).toContain("expected a new file to write to");
    }
    expect(readFileSync(out, "utf8")).toBe("mine");
  });

  it("leaves nothing behind of a file that cannot be read to its end", async () => {
    const { config, directory, out } = await setUp();
    writeFileSync(join(directory, `${newer}.part`), Buffer.concat([header, Buffer.alloc(12)]));
    const run = runCommand(["capture", "export", "newest", out, "--raw", "--config", config]);
    expect(await run.exitCode).toBe(1);
    expect(run.err()).toContain("expected a pcapng block at byte 28 [RECORDING_BROKEN]");
    expect(existsSync(out)).toBe(false);
  });

  it("says which names there are near the one that is not there", async () => {
    const { config, out, directory } = await setUp();
    const near = runCommand(["capture", "export", older.replace("0001", "0002"), out, "--config", config]);
    expect(await near.exitCode).toBe(1);
    expect(near.err()).toContain(`did you mean ${older}?; cloudtap capture list shows them [CAPTURE_FAILED]`);
    rmSync(directory, { recursive: true });
    const nowhere = runCommand(["capture", "export", "newest", out, "--config", config]);
    expect(await nowhere.exitCode).toBe(1);
    expect(nowhere.err()).toContain("the folder of captures cannot be read");
  });
});

describe("cloudtap capture export", () => {
  async function run(setup: CaptureSetup, words: readonly string[], anonymize: Anonymize) {
    const invocation = parseInvocation(["capture", ...words, "--config", setup.config]);
    if (invocation.type !== "command") throw new Error("expected a command");
    const written = { out: "", err: "" };
    const unused = (): never => {
      throw new Error("not used here");
    };
    const context: CommandContext = {
      ...{ version: "1.2.3", environment: {}, terminal: false, optionsFile: "/nonexistent", clock: systemClock },
      ...{ input: unused, bytes: unused, interruption: unused, protocols: async () => protocols },
      out: { write: (text) => (written.out += text) },
      err: { write: (text) => (written.err += text) },
    };
    const code = await exportCapture(invocation.given, context, anonymize);
    return { code, ...written };
  }

  it("hands out an anonymized copy", async () => {
    const setup = await setUp();
    const asked: string[] = [];
    const { code, out, err } = await run(setup, [older, setup.out], async (input, output, context) => {
      asked.push(input);
      writeFileSync(output, "nobody");
      context.out.write("Replaced: 1 serial number.\n");
      return 0;
    });
    expect({ code, out, err }).toEqual({ code: 0, out: "Replaced: 1 serial number.\n", err: "" });
    expect(asked).toEqual([join(setup.directory, older)]);
    expect(readFileSync(setup.out, "utf8")).toBe("nobody");
  });

  it("makes it as cloudtap decode does, with the warning to look through it", async () => {
    const setup = await setUp();
    const run = runCommand(["capture", "export", "newest", setup.out, "--config", setup.config]);
    expect(await run.exitCode).toBe(0);
    expect(run.out()).toContain(`Wrote ${setup.out}: 0 connections.`);
    expect(run.err()).toContain("Look through it before you share it");
    expect(readFileSync(setup.out).subarray(0, 4)).toEqual(header.subarray(0, 4));
    expect(statSync(setup.out).mode & 0o777).toBe(0o600);
  });

  it("anonymizes what is being written from a copy with an end, which goes again, also after a failure", async () => {
    const setup = await setUp();
    const read: Buffer[] = [];
    await run(setup, ["newest", setup.out], async (input, output) => {
      read.push(readFileSync(input));
      copyFileSync(input, output);
      return 0;
    });
    expect(read).toEqual([header]);
    const failing = () => Promise.reject(new Error("no"));
    await expect(run(setup, ["newest", `${setup.out}.2`], failing)).rejects.toThrow("no");
    expect(readdirSync(setup.folder).filter((name) => name.startsWith("out"))).toEqual(["out.pcapng"]);
  });

  it("hands files out as they are where the configuration says so, with the warning", async () => {
    const setup = await setUp("capture: { redact: false }");
    const run = runCommand(["capture", "export", older, setup.out, "--config", setup.config]);
    expect(await run.exitCode).toBe(0);
    expect(readFileSync(setup.out, "utf8")).toBe("older");
    expect(run.err()).toContain("Captures hold secrets");
  });
});
