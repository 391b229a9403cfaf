import { describe, expect, it } from "vitest";
import { describeFailure } from "../../src/cli/failure.js";
import { CloudtapError, ConfigError } from "../../src/runtime/errors.js";

describe("describeFailure", () => {
  it("lists every fault of a configuration, exit code 2", () => {
    const faults = [
      { path: "log.level", found: '"loud"', allowed: "one of info, warn" },
      { path: "relays[0].listen", found: "99999", allowed: "PORT" },
    ];
    expect(describeFailure(new ConfigError(faults))).toEqual({
      exitCode: 2,
      text: `cloudtap: the configuration has 2 faults [CONFIG_INVALID]

  log.level
    found:   "loud"
    allowed: one of info, warn

  relays[0].listen
    found:   99999
    allowed: PORT
`,
    });
  });

  it.each([
    ["USAGE", 2],
    ["CONFIG_UNREADABLE", 2],
    ["LISTEN_FAILED", 1],
    ["STORE_FAILED", 1],
  ] as const)("%s ends with exit code %i", (code, exitCode) => {
    const text = `cloudtap: what happened [${code}]\n`;
    expect(describeFailure(new CloudtapError(code, "what happened"))).toEqual({ exitCode, text });
  });

  it("tells a fault of the program by its stack", () => {
    const { exitCode, text } = describeFailure(new TypeError("x is not a function"));
    expect(exitCode).toBe(1);
    expect(text).toMatch(/internal fault: TypeError: x is not a function\n\s+at /);
  });
});
