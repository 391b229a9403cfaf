import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readWriteValue } from "../../src/devices/write-value.js";
import type { EntityDescription } from "../../src/model/entity.js";

function entity(platform: EntityDescription["platform"], more: Partial<EntityDescription> = {}): EntityDescription {
  return { key: "it", platform, name: "It", ...more };
}

const percent = entity("number", { range: { min: 10, max: 100, step: 1 } });
const tenths = entity("number", { range: { min: -5, max: 5, step: 0.1 } });

describe("a payload that is to be written", () => {
  it.each([
    ["60", 60],
    [" 60 ", 60],
    ["60.4", 60],
    ["9.6", 10],
    ["1e2", 100],
  ])("is a number, whole where the step is: %j", (payload, value) => {
    expect(readWriteValue(percent, payload)).toEqual({ value });
  });

  it("keeps decimals where the step has them, and knows one zero only", () => {
    expect(readWriteValue(tenths, "2.5")).toEqual({ value: 2.5 });
    expect(readWriteValue(tenths, "-0")).toEqual({ value: 0 });
  });

  it.each(["", " ", "abc", "0x10", "NaN", "Infinity", "1e999", "9.4", "101", "60 %", "None"])(
    "is refused where it is no number within the range: %j",
    (payload) => {
      expect(readWriteValue(percent, payload)).toEqual({ error: "expected a number from 10 to 100" });
    },
  );

  it("is refused while the device has not told the range", () => {
    expect(readWriteValue(entity("number"), "5")).toEqual({ error: "the device has not told yet what may be written" });
  });

  it("is one of the options, to the letter", () => {
    const mode = entity("select", { options: ["auto", "manual"] });
    expect(readWriteValue(mode, "auto")).toEqual({ value: "auto" });
    expect(readWriteValue(mode, "Auto")).toEqual({ error: "expected one of: auto, manual" });
  });

  it.each([
    ["ON", true],
    ["true", true],
    ["1", true],
    ["Off", false],
    ["FALSE", false],
    ["0", false],
  ])("switches with common words in any case: %j", (payload, value) => {
    expect(readWriteValue(entity("switch"), payload)).toEqual({ value });
    expect(readWriteValue(entity("switch", { onOff: ["run", "stop"] }), payload)).toEqual({ value });
  });

  it("switches with the device's own words first, even where they are the other way round", () => {
    const pump = entity("switch", { onOff: ["Run", "stop"] });
    expect(readWriteValue(pump, "run")).toEqual({ value: true });
    expect(readWriteValue(pump, "stop")).toEqual({ value: false });
    expect(readWriteValue(pump, "walk")).toEqual({ error: "expected Run or stop" });
    const lock = entity("switch", { onOff: ["off", "on"] });
    expect(readWriteValue(lock, "on")).toEqual({ value: false });
  });

  it("is a text whose whole matches the pattern", () => {
    const question = entity("text", { pattern: "\\d+|all" });
    expect(readWriteValue(question, "12")).toEqual({ value: "12" });
    expect(readWriteValue(question, "12 all")).toHaveProperty("error");
    expect(readWriteValue(entity("text"), "whatever")).toEqual({ value: "whatever" });
  });

  it("presses a button, whatever it says", () => {
    expect(readWriteValue(entity("button"), "PRESS")).toEqual({ value: true });
    expect(readWriteValue(entity("button"), "")).toHaveProperty("error");
  });

  it("is refused by what can only be read", () => {
    for (const platform of ["sensor", "binary_sensor"] as const)
      expect(readWriteValue(entity(platform), "1")).toEqual({ error: "it can only be read" });
  });

  it("never makes a number that the device does not allow", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double().map(String), fc.integer().map(String)), (payload) => {
        const read = readWriteValue(percent, payload);
        if ("error" in read) return;
        expect(Number.isInteger(read.value)).toBe(true);
        expect(read.value).toBeGreaterThanOrEqual(10);
        expect(read.value).toBeLessThanOrEqual(100);
      }),
    );
  });
});
