import { describe, expect, it } from "vitest";
import { setUpCaptures } from "./capture-setup.js";
import { runCommand } from "./test-context.js";

describe("cloudtap capture", () => {
  it.each([
    [["capture"], "expected start|stop|list|export"],
    [["capture", "strat", "all"], "expected start, stop, list, export, found strat; did you mean start?"],
    [["capture", "start"], "capture start: expected RELAY, DEVICE or all"],
    [["capture", "start", "roof", "pool"], "capture start: unexpected argument pool"],
    [["capture", "export", "newest"], "capture export: expected OUT"],
    [["capture", "list", "roof"], "capture list: unexpected argument roof"],
    [["capture", "stop", "--seconds", "5"], "capture stop: unexpected option --seconds"],
    [["capture", "start", "roof", "--seconds", "0"], "--seconds: expected a number from 1 to 604800, found 0"],
    [["capture", "export", "a", "b", "c"], "unexpected argument c"],
  ])("%j ends with exit code 2", async (argv, text) => {
    const run = runCommand(argv);
    expect(await run.exitCode).toBe(2);
    expect(run.err()).toContain(text);
  });

  it.each([["start", "roof"], ["stop"], ["list"]])("%s ends with 1 where no Cloudtap runs", async (...words) => {
    const { config } = await setUpCaptures("", false);
    const run = runCommand(["capture", ...words, "--config", config]);
    expect(await run.exitCode).toBe(1);
    expect(run.err()).toContain("[NOT_RUNNING]");
  });
});
