import { describe, expect, it } from "vitest";
import { createInterception } from "../../src/intercept/create-interception.js";
import { silentLogger } from "../../src/runtime/log.js";
import { FakeClock } from "../support/fake-clock.js";
import { options } from "./filter-options.js";

describe("interception on this machine", () => {
  it("touches nothing before it is started, nor when it is stopped without", async () => {
    const ports = { clock: new FakeClock(), log: silentLogger(), dataDir: "/nonexistent" };
    const interception = createInterception(options, ports);
    expect(interception.status()).toMatchObject({ mode: "redirect", state: "lifted" });
    await interception.stop();
    expect(interception.status().state).toBe("lifted");
  });
});
