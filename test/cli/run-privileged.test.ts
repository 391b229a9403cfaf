import { describe, expect, it } from "vitest";
import { runPrivileged } from "../../src/cli/run-privileged.js";
import { loadConfiguration } from "../../src/config/load.js";
import { protocols } from "../../src/protocols/registry.js";
import { FakeClock } from "../support/fake-clock.js";
import { recordLog } from "../support/log-recorder.js";

describe("the privileged half of `cloudtap run`", () => {
  it("starts nothing where the data directory cannot be made for the account", async () => {
    const sources = { optionsFile: "/nonexistent/options.json", environment: {} };
    const { configuration } = await loadConfiguration(sources, protocols);
    const recorder = recordLog();
    const given = {
      ...{ log: recorder.log, clock: new FakeClock(), argv: [], interception: undefined },
      account: { name: "1500", uid: 1500, gid: 1500 },
      loadTransparency: async () => () => undefined,
    };
    await expect(runPrivileged({ ...configuration, dataDir: "/dev/null/data" }, given)).rejects.toMatchObject({
      code: "STORE_FAILED",
    });
    expect(recorder.of("relaying runs without privileges")).toEqual([]);
  });
});
