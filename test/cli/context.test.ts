import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createProcessContext } from "../../src/cli/context.js";

describe("createProcessContext", () => {
  const context = createProcessContext();

  it("has the version of package.json", () => {
    const { version }: { version: string } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(context.version).toBe(version);
  });

  it("has every protocol of the registry", async () => {
    const names = (await context.protocols()).map(({ name }) => name);
    expect(names).toEqual(["solarman", "websentry", "envoy", "raw"]);
  });

  it("turns a signal into an interruption", () => {
    const before = process.listenerCount("SIGTERM");
    const interruption = context.interruption();
    expect(interruption.aborted).toBe(false);
    process.emit("SIGTERM");
    expect(interruption.aborted).toBe(true);
    expect(process.listenerCount("SIGTERM")).toBe(before);
    process.removeAllListeners("SIGINT");
  });
});
