import { describe, expect, it } from "vitest";
import { setUpCaptures } from "./capture-setup.js";
import { runCommand } from "./test-context.js";

describe("cloudtap capture stop", () => {
  it("ends one capture, or all that were begun on demand", async () => {
    const { config, control } = await setUpCaptures();
    await control.start({ type: "relay", relay: "roof" }, 1_000, "on demand");
    await control.start({ type: "all" }, 1_000, "on demand");
    const one = runCommand(["capture", "stop", "roof", "--config", config]);
    expect(await one.exitCode).toBe(0);
    expect(one.out()).toBe("Ended: relay roof\n");
    const rest = runCommand(["capture", "stop", "--config", config]);
    expect(await rest.exitCode).toBe(0);
    expect(rest.out()).toBe("Ended: all relays\n");
  });

  it("ends with 1 where there was nothing to end", async () => {
    const { config } = await setUpCaptures();
    const one = runCommand(["capture", "stop", "roof", "--config", config]);
    expect(await one.exitCode).toBe(1);
    expect(one.err()).toContain("no capture of roof was begun on demand; nothing was ended");
    const all = runCommand(["capture", "stop", "--config", config]);
    expect(await all.exitCode).toBe(1);
    expect(all.err()).toContain("no capture was begun on demand");
  });
});
