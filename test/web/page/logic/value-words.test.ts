import { describe, expect, it } from "vitest";
import { page } from "../../../../src/texts/en/page.js";
import { time } from "../../../../src/texts/en/time.js";
import { createSpeech } from "../../../../src/web/page/logic/speech.js";
import { exactValue, showValue } from "../../../../src/web/page/logic/value-words.js";

const now = Date.UTC(2026, 10, 21, 13);
const context = { speech: createSpeech("en", time, "UTC"), texts: page, now };

describe("values in words", () => {
  it("are numbers with their unit and decimals", () => {
    expect(exactValue({ value: 50.019, unit: "Hz", precision: 2 }, context)).toBe("50.02\u202fHz");
    expect(exactValue({ value: 7 }, context)).toBe("7");
  });

  it("are what true and false mean for their kind", () => {
    const said = (deviceClass?: string) =>
      [true, false].map((value) =>
        exactValue({ value, ...(deviceClass === undefined ? {} : { deviceClass }) }, context),
      );
    expect(said("problem")).toEqual(["problem", "no problem"]);
    expect(said("connectivity")).toEqual(["connected", "not connected"]);
    expect(said("running")).toEqual(["running", "not running"]);
    expect(said("toString")).toEqual(["on", "off"]);
    expect(said()).toEqual(["on", "off"]);
  });

  it("say that they are unknown", () => {
    expect(exactValue({ value: null, unit: "W" }, context)).toBe("unknown");
  });

  it("are moments where they are times, and otherwise texts as they are", () => {
    expect(exactValue({ value: "2026-11-21T12:30:00Z", deviceClass: "timestamp" }, context)).toBe("21 Nov, 12:30");
    expect(exactValue({ value: "soon", deviceClass: "timestamp" }, context)).toBe("soon");
    expect(exactValue({ value: "2026-11-21T12:30:00Z" }, context)).toBe("2026-11-21T12:30:00Z");
  });

  it("are split into number and unit where they are shown large", () => {
    expect(showValue({ value: 31_872_340, unit: "Wh", precision: 0 }, context)).toEqual({
      text: "31,872.3",
      unit: "kWh",
    });
    expect(showValue({ value: 412, unit: "W", precision: 0 }, context)).toEqual({ text: "412", unit: "W" });
    expect(showValue({ value: "Dehumidify" }, context)).toEqual({ text: "Dehumidify", unit: "" });
  });
});
