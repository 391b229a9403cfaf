import { describe, expect, it } from "vitest";
import { chooseRole } from "../../src/cli/relaying-half.js";
import type { Configuration } from "../../src/config/configuration.js";
import { loadConfiguration } from "../../src/config/load.js";
import { createHostCommands } from "../../src/intercept/host-commands.js";
import { protocols } from "../../src/protocols/registry.js";
import { FakeClock } from "../support/fake-clock.js";
import { recordLog } from "../support/log-recorder.js";
import { ParentEnd } from "./parent-end.js";

async function configuration(user?: string): Promise<Configuration> {
  const sources = { optionsFile: "/nonexistent/options.json", environment: {} };
  const loaded = await loadConfiguration(sources, protocols);
  const { intercept, ...rest } = loaded.configuration;
  return { ...rest, intercept: { ...intercept, mode: "redirect", ...(user === undefined ? {} : { user }) } };
}

function machine(uid: number) {
  const parent = new ParentEnd();
  const recorder = recordLog();
  const process = Object.assign(parent, { getuid: () => uid });
  return {
    parent,
    recorder,
    ports: { process, commands: createHostCommands(), clock: new FakeClock(), log: recorder.log },
  };
}

describe("how Cloudtap runs", () => {
  it("is in one process where no account is named, or where that is root itself", async () => {
    expect(await chooseRole(await configuration(), machine(0).ports)).toEqual({ type: "whole" });
    expect(await chooseRole(await configuration("root"), machine(0).ports)).toEqual({ type: "whole" });
  });

  it("is in two where root names an account", async () => {
    expect(await chooseRole(await configuration("1500:20"), machine(0).ports)).toEqual({
      type: "parent",
      account: { name: "1500:20", uid: 1500, gid: 20 },
    });
  });

  it("is as the relaying half where the other one started it", async () => {
    const { parent, ports } = machine(1500);
    const role = chooseRole(await configuration("1500"), ports);
    parent.tell({ type: "cloudtap", interception: undefined });
    expect(await role).toMatchObject({ type: "child", ports: { interception: { name: "interception" } } });
  });

  it("is in one process, which says so, where nobody has privileges to give up", async () => {
    const { parent, recorder, ports } = machine(1500);
    parent.connected = false;
    expect(await chooseRole(await configuration("1500"), ports)).toEqual({ type: "whole" });
    expect(recorder.lines).toHaveLength(1);
  });

  it("is not at all where the account does not exist", async () => {
    const given = await configuration("no-such-account");
    await expect(chooseRole(given, machine(0).ports)).rejects.toMatchObject({ code: "PRIVILEGE_FAILED" });
  });
});
