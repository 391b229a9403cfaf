import { describe, expect, it } from "vitest";
import { interceptSchema } from "../../src/config/intercept-schema.js";

describe("the schema of interception", () => {
  it("intercepts nothing, changes nothing and answers nothing unless it is told to", () => {
    const { mode, devices, prepare, source, dns } = interceptSchema.properties ?? {};
    const presets = [mode, devices, prepare, source, dns?.properties?.enabled].map((node) => node?.default);
    expect(presets).toEqual(["none", [], false, "bridge", false]);
  });
});
