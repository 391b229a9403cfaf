import { describe, expect, it } from "vitest";
import { createLineEncoder, isObject } from "../../../src/sinks/splunk/event-line.js";
import { kept, options } from "./splunk-setup.js";

describe("a line for the collector", () => {
  it("adds what is the same for all events, and the index where one is named", () => {
    const line = createLineEncoder({ ...options, source: "roof", index: "solar" })(kept(1), false);
    expect(JSON.parse(line)).toEqual({ ...kept(1), source: "roof", sourcetype: "cloudtap", index: "solar" });
    expect(JSON.parse(createLineEncoder(options)(kept(1), false))).not.toHaveProperty("index");
  });

  it("marks what may have been sent before", () => {
    const encode = createLineEncoder(options);
    expect(JSON.parse(encode(kept(1), true)).event).toEqual({ id: "id-1", kind: "reading", number: 1, resend: true });
    expect(encode(kept(1), false)).not.toContain("resend");
  });

  it("is one line whatever stands in it", () => {
    expect(createLineEncoder(options)(kept(1, { text: "a\nb\u2028c" }), true)).not.toContain("\n");
  });

  it("writes the time as a plain decimal, the only form that Splunk takes", () => {
    expect(createLineEncoder(options)({ time: 1_782_035_990.007, event: {} }, false)).toContain(
      '"time":1782035990.007',
    );
  });
});

describe("isObject", () => {
  it.each([
    [{}, true],
    [[], false],
    [null, false],
    [undefined, false],
    ["a", false],
  ])("%j: %s", (value, expected) => {
    expect(isObject(value)).toBe(expected);
  });
});
