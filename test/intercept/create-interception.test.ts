import { describe, expect, it } from "vitest";
import { createInterception } from "../../src/intercept/create-interception.js";
import { silentLogger } from "../../src/runtime/log.js";
import { FakeClock } from "../support/fake-clock.js";
import { recordLog } from "../support/log-recorder.js";
import { options } from "./filter-options.js";

describe("interception on this machine", () => {
  it("touches nothing before it is started, nor when it is stopped without", async () => {
    const ports = { clock: new FakeClock(), log: silentLogger(), dataDir: "/nonexistent" };
    const interception = createInterception(options, ports);
    expect(interception.status()).toMatchObject({ mode: "redirect", state: "lifted" });
    await interception.stop();
    expect(interception.status().state).toBe("lifted");
  });

  it("says which relay nobody is led to, because it does not listen", () => {
    const recorder = recordLog();
    const ports = { clock: new FakeClock(), log: recorder.log, dataDir: "/nonexistent" };
    const [first, ...others] = options.relays.map(({ name }) => name);
    createInterception(options, ports).serve(others);
    expect(recorder.of("devices are not led to a relay that does not listen", "warn")).toMatchObject([
      { relay: first },
    ]);
  });
});
