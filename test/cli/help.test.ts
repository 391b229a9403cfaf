import { describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands.js";
import { renderCommandHelp, renderHelp } from "../../src/cli/help.js";
import { protocols } from "../../src/protocols/registry.js";

describe("--help", () => {
  it("lists commands, protocols and exit codes", async () => {
    await expect(renderHelp(protocols)).toMatchFileSnapshot("../golden/help/cloudtap.txt");
  });

  it.each(commands)("$name says what it takes", async (command) => {
    await expect(renderCommandHelp(command, protocols)).toMatchFileSnapshot(`../golden/help/${command.name}.txt`);
  });

  it("fits a terminal", () => {
    const pages = [renderHelp(protocols), ...commands.map((command) => renderCommandHelp(command, protocols))];
    expect(pages.flatMap((page) => page.split("\n")).filter((line) => line.length > 100)).toEqual([]);
  });
});
