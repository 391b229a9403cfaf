import { describe, expect, it } from "vitest";
import { checkCapture } from "../../src/config/capture-rules.js";

const relays = [{ name: "roof" }, { name: "pool" }];

describe("rules of captures", () => {
  it("know the relays by their names", () => {
    expect(checkCapture({ relays, capture: { relays: ["pool"] } })).toEqual([]);
    expect(checkCapture({ relays, capture: { relays: ["pool", "rof"] } })).toEqual([
      { path: "capture.relays[1]", found: '"rof"', allowed: expect.stringContaining("roof") },
    ]);
  });

  it("keep captures and spool apart, for each has a limit of its own", () => {
    expect(checkCapture({ capture: { directory: "/a" }, spool: { directory: "/b" } })).toEqual([]);
    expect(checkCapture({ capture: { directory: "/a" }, spool: { directory: "/a" } })).toMatchObject([
      { path: "spool.directory" },
    ]);
  });

  it("have nothing to say where nothing is configured", () => {
    expect(checkCapture({})).toEqual([]);
    expect(checkCapture({ capture: "x", relays: 1 })).toEqual([]);
  });
});
