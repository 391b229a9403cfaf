import { describe, expect, it } from "vitest";
import { findProtocol, keepAwake, protocolNamed } from "../../src/cli/simulation.js";
import { protocols } from "./test-context.js";

describe("findProtocol", () => {
  it("finds the one that the first operand names", () => {
    expect(findProtocol({ operands: ["raw"], options: new Map() }, protocols, "simulate").name).toBe("raw");
  });

  it("names those that there are", () => {
    expect(() => protocolNamed("blue-print", protocols, "decode")).toThrow(
      "unknown protocol blue-print; known are blueprint, raw; did you mean blueprint? (see cloudtap decode --help)",
    );
  });
});

describe("keepAwake", () => {
  it("holds the process until it is let go", () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    const release = keepAwake();
    expect(timers()).toBe(before + 1);
    release();
    expect(timers()).toBe(before);
  });
});
