import { describe, expect, it } from "vitest";
import { runCommand } from "./test-context.js";

describe("cloudtap intercept", () => {
  it.each([
    [["intercept"], "expected print|apply|clean"],
    [["intercept", "prnt"], "expected print or apply or clean, found prnt; did you mean print?"],
    [["intercept", "print", "now"], "unexpected argument now"],
  ])("%j is a fault of the command line", async (words, fault) => {
    const run = runCommand(words);
    expect(await run.exitCode).toBe(2);
    expect(run.err()).toContain(fault);
  });
});
