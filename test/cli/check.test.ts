import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runCommand } from "./test-context.js";

const folder = mkdtempSync(join(tmpdir(), "cloudtap-check-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(text: string): string {
  const file = join(folder, "cloudtap.yaml");
  writeFileSync(file, text);
  return file;
}

const relay = "relays: [{ name: roof, protocol: blueprint, upstream: 'cloud.example.com:1' }]";

describe("cloudtap check", () => {
  it("says what a valid configuration means", async () => {
    const file = write(`data_dir: ${folder}\n${relay}\n`);
    const run = runCommand(["check", "--config", file], { environment: { CLOUDTAP_LOG_LEVEL: "debug" } });
    expect(await run.exitCode).toBe(0);
    expect(run.err()).toBe("");
    expect(run.out()).toContain(`The configuration is valid (${file}, with CLOUDTAP_LOG_LEVEL from the environment).`);
    expect(run.out()).toContain("Relay roof listens on port 9999 of all addresses for blueprint");
    expect(run.out()).toContain("The log shows debug and above.");
  });

  it("E13: names every fault, the folder that is not writable too, and exits with 2", async () => {
    const file = write(`data_dir: ${join(folder, "cloudtap.yaml", "data")}\nlog: { level: loud }\n${relay}\n`);
    const run = runCommand(["check", "--config", file]);
    expect(await run.exitCode).toBe(2);
    expect(run.out()).toBe("");
    expect(run.err()).toContain("the configuration has 2 faults");
    expect(run.err()).toMatch(/data_dir\n {4}found: {3}".*"\n {4}allowed: a folder that can be made and written to/);
    expect(run.err()).toMatch(/log\.level\n {4}found: {3}"loud"/);
  });

  it("names line and column of what is no YAML", async () => {
    const run = runCommand(["check", "--config", write("a: 1\na: 2\n")]);
    expect(await run.exitCode).toBe(2);
    expect(run.err()).toContain(
      "cloudtap.yaml, line 2, column 1: expected YAML or JSON, found a key for the second time",
    );
  });

  it("reads the Supervisor's options where no file is named", async () => {
    const optionsFile = write(`{ "data_dir": "${folder}", ${relay.replace("relays", '"relays"')} }`);
    const run = runCommand(["check"], { optionsFile, environment: { SUPERVISOR_TOKEN: "secret-token" } });
    expect(await run.exitCode).toBe(0);
    expect(run.out()).toContain("The broker is the one that the Supervisor offers");
    expect(run.out()).not.toContain("secret-token");
  });
});
