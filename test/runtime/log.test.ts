import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { silentLogger } from "../../src/runtime/log.js";

const program = fileURLToPath(new URL("../support/log-process.ts", import.meta.url));

/** What a process of its own writes to its output. */
async function written(level: string, output: "terminal" | "file"): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", program, level, output]);
  return stdout.trimEnd().split("\n");
}

describe("log", () => {
  it("is one JSON object a line, with the time, without what is secret", async () => {
    const lines = await written("info", "file");
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      level: 30,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      msg: "started",
      relay: "roof",
      mqtt: { password: "[Redacted]" },
    });
    expect(lines.join()).not.toContain("geheim");
  });

  it("is made for reading on a terminal, without what is secret", async () => {
    const lines = await written("debug", "terminal");
    expect(lines.join("\n")).toMatch(/hidden unless asked for[\s\S]*started/);
    expect(lines[0]).not.toMatch(/^\{/);
    expect(lines.join()).not.toContain("geheim");
  });

  it("can be silent", () => {
    expect(silentLogger().isLevelEnabled("fatal")).toBe(false);
  });
});
