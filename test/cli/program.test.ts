import { describe, expect, it } from "vitest";
import { runCommand } from "./test-context.js";

describe("main", () => {
  it("shows its version", async () => {
    const run = runCommand(["--version"]);
    expect(await run.exitCode).toBe(0);
    expect(run.out()).toBe("1.2.3\n");
  });

  it.each([
    [["--help"], "Usage: cloudtap [COMMAND] [OPTIONS]"],
    [["simulate", "--help"], "blueprint"],
    [["run", "--help"], "Usage: cloudtap run"],
  ])("%j shows help", async (argv, text) => {
    const run = runCommand(argv);
    expect(await run.exitCode).toBe(0);
    expect(run.out()).toContain(text);
  });

  it.each([
    [["rum"], "did you mean run?"],
    [["--confg", "x"], "did you mean --config?"],
    [["run", "--config", "/nonexistent/cloudtap.yaml"], "CONFIG_UNREADABLE"],
    [["simulate", "blueprnt", "--target", "127.0.0.1:1"], "known are blueprint, raw; did you mean blueprint?"],
    [["simulate", "raw", "--target", "127.0.0.1:1"], "raw has no simulated device"],
    [["simulate", "blueprint"], "expected --target HOST:PORT"],
    [["simulate", "blueprint", "--target", "here"], "--target: expected HOST:PORT, found here"],
    [["simulate", "blueprint", "--target", "127.0.0.1:1", "--devices", "0"], "a whole number from 1 to 10000, found 0"],
    [["simulate", "blueprint", "--target", "127.0.0.1:1", "--option", "x"], "--option: expected KEY=VALUE, found x"],
    [["simulate-cloud", "raw", "--listen", "0"], "raw has no simulated cloud"],
    [["simulate-cloud", "blueprint", "--listen", "x"], "--listen: expected HOST:PORT or PORT, found x"],
    [["simulate-cloud", "blueprint", "--listen", "0", "--cert", "x"], "--cert and --key need each other"],
    [["decode", "--protocol", "blueprint", "/nonexistent"], "expected a readable file"],
    [["decode", "--protocol", "blueprint", "/"], "expected a file, found /"],
  ])("%j ends with exit code 2", async (argv, text) => {
    const run = runCommand(argv);
    expect(await run.exitCode).toBe(2);
    expect(run.out()).toBe("");
    expect(run.err()).toContain(text);
  });
});
