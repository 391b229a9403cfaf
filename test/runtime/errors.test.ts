import { describe, expect, it } from "vitest";
import { CloudtapError, ConfigError, describeError } from "../../src/runtime/errors.js";

describe("errors", () => {
  it("carry their code, details and cause", () => {
    const cause = new Error("ENOSPC");
    const error = new CloudtapError("STORE_FAILED", "expected free space", { folder: "data" }, cause);
    expect(error).toMatchObject({ name: "CloudtapError", code: "STORE_FAILED", details: { folder: "data" }, cause });
    expect(new CloudtapError("USAGE", "unknown option")).not.toHaveProperty("cause");
  });

  it("of a configuration name each fault by path, what was found and what is allowed", () => {
    const faults = [
      { path: "mqtt.url", found: "ftp://x", allowed: "mqtt:// or mqtts://" },
      { path: "relays[0].listen", found: "99999", allowed: "1 to 65535" },
    ];
    const error = new ConfigError(faults);
    expect(error.code).toBe("CONFIG_INVALID");
    expect(error.message.split("\n")).toEqual([
      "mqtt.url: found ftp://x; allowed: mqtt:// or mqtts://",
      "relays[0].listen: found 99999; allowed: 1 to 65535",
    ]);
  });

  it.each([
    [new Error("refused"), "refused"],
    ["text", "text"],
    [undefined, "undefined"],
  ])("describes whatever was thrown: %s", (thrown, text) => {
    expect(describeError(thrown)).toBe(text);
  });
});
