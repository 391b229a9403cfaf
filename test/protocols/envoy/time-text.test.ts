import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isoTime, isTimezone, localTime } from "../../../src/protocols/envoy/time-text.js";

describe("isoTime", () => {
  it("is that of the language, over the whole range of times", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800 }), (epochS) => {
        expect(isoTime(epochS)).toBe(new Date(epochS * 1000).toISOString());
      }),
    );
  });
});

describe("localTime", () => {
  const midnight = Date.UTC(2015, 6, 25, 7) / 1000;

  it("gives day and hour where the Envoy is, old link names included", () => {
    const local = localTime("US/Pacific");
    expect([local.day(midnight - 1), local.day(midnight), local.hour(midnight + 3_600)]).toEqual([
      "2015-07-24",
      "2015-07-25",
      1,
    ]);
  });

  it.each([undefined, "", "Nowhere/At all"])("takes %j for UTC", (timezone) => {
    expect(localTime(timezone).hour(midnight)).toBe(7);
  });

  it("knows which names are time zones", () => {
    expect([isTimezone("US/Eastern"), isTimezone("Mars/Olympus")]).toEqual([true, false]);
  });
});
