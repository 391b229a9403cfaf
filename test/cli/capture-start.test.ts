import { describe, expect, it } from "vitest";
import { knownDevice, setUpCaptures } from "./capture-setup.js";
import { runCommand } from "./test-context.js";

describe("cloudtap capture start", () => {
  it("has the running program capture a relay for ten minutes, and says until when and where", async () => {
    const { config, control, directory } = await setUpCaptures();
    const run = runCommand(["capture", "start", "roof", "--config", config]);
    expect(await run.exitCode).toBe(0);
    expect(run.out()).toBe(`Capturing relay roof until 2026-11-21T14:10:00.000Z, into ${directory}.\n`);
    expect(run.err()).toContain("Captures hold secrets");
    expect(control.running).toMatchObject([{ target: { type: "relay", relay: "roof" } }]);
  });

  it("captures a device or everything, for as long as it is told", async () => {
    const { config, control } = await setUpCaptures();
    for (const name of [knownDevice, "all"]) {
      const run = runCommand(["capture", "start", name, "--seconds", "5", "--config", config]);
      expect(await run.exitCode).toBe(0);
      expect(run.out()).toContain("until 2026-11-21T14:00:05.000Z");
    }
    expect(control.running.map(({ target }) => target.type)).toEqual(["device", "all"]);
  });

  it("ends with 1 where nobody of that name is known, or nothing can be written", async () => {
    const { config, control } = await setUpCaptures();
    const unknown = runCommand(["capture", "start", "rof", "--config", config]);
    expect(await unknown.exitCode).toBe(1);
    expect(unknown.err()).toContain("there is neither a relay nor a device rof; did you mean roof?");
    control.problem = "the disk is full";
    const full = runCommand(["capture", "start", "roof", "--config", config]);
    expect(await full.exitCode).toBe(1);
    expect(full.err()).toContain("the disk is full");
  });
});
