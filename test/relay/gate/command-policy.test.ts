import { describe, expect, it } from "vitest";
import { type CommandClass, commandClasses } from "../../../src/model/command.js";
import { type CommandOptions, createCommandPolicy } from "../../../src/relay/gate/command-policy.js";

const presets = ["allow", "protect", "block"] as const;
const harmless: readonly CommandClass[] = ["time", "ack", "query"];

function passing(options: Partial<CommandOptions>): readonly CommandClass[] {
  const policy = createCommandPolicy({ preset: "allow", block: [], allow: [], ...options });
  return commandClasses.filter((one) => policy.blocked({ classes: [one], keys: [] }) === undefined);
}

describe("the command policy", () => {
  it("lets all pass, all but server and firmware, or only what changes nothing", () => {
    expect(passing({ preset: "allow" })).toEqual(commandClasses);
    expect(passing({ preset: "protect" })).toEqual(
      commandClasses.filter((one) => one !== "server" && one !== "firmware"),
    );
    expect(passing({ preset: "block" })).toEqual(harmless);
  });

  it("blocks one class alone, and lets one through all the same", () => {
    expect(passing({ block: ["firmware"] })).toEqual(commandClasses.filter((one) => one !== "firmware"));
    expect(passing({ preset: "block", allow: ["power"] })).toEqual(["time", "ack", "query", "power"]);
    expect(passing({ preset: "block", block: ["time"] })).toEqual(["ack", "query"]);
  });

  it.each(commandClasses.flatMap((one) => presets.map((preset) => [one, preset] as const)))(
    "for %s with %s: a list changes this class and no other",
    (one, preset) => {
      const before = passing({ preset });
      const others = before.filter((other) => other !== one);
      expect(passing({ preset, block: [one] })).toEqual(others);
      expect(new Set(passing({ preset, allow: [one] }))).toEqual(new Set([...others, one]));
    },
  );

  it("lets a frame of several classes pass only where all of them do", () => {
    const policy = createCommandPolicy({ preset: "allow", block: ["reboot"], allow: [] });
    expect(policy.blocked({ classes: ["setting", "reboot"], keys: [] })).toBe("commands_block holds reboot");
    expect(policy.blocked({ classes: ["setting", "power"], keys: [] })).toBeUndefined();
  });

  it("names the preset that blocks", () => {
    const policy = createCommandPolicy({ preset: "protect", block: [], allow: [] });
    expect(policy.blocked({ classes: ["firmware"], keys: [] })).toBe("commands: protect blocks firmware");
  });

  it("is neutral where nothing is left that it blocks", () => {
    const isNeutral = (options: CommandOptions) => createCommandPolicy(options).isNeutral;
    expect(isNeutral({ preset: "allow", block: [], allow: ["power"] })).toBe(true);
    expect(isNeutral({ preset: "protect", block: [], allow: ["server", "firmware"] })).toBe(true);
    expect(isNeutral({ preset: "protect", block: [], allow: [] })).toBe(false);
  });
});
