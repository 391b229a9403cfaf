import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { commands, globalOptions } from "../../src/cli/commands.js";

describe("the table of commands", () => {
  it.each(commands)("$name has a file of its own, and options without a double", ({ name, options }) => {
    expect(existsSync(`src/cli/${name}.ts`)).toBe(true);
    const names = [...options, ...globalOptions].map((option) => option.name);
    expect(new Set(names).size).toBe(names.length);
  });
});
