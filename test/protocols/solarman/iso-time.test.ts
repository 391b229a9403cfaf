import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isoTime, parseTime } from "../../../src/protocols/solarman/iso-time.js";

describe("ISO times", () => {
  it("agree with the platform's calendar, and can be read back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_294_967_295 }), (unixS) => {
        expect(isoTime(unixS)).toBe(new Date(unixS * 1000).toISOString().replace(".000", ""));
        expect(parseTime(isoTime(unixS))).toBe(unixS);
      }),
    );
  });

  it("know leap days", () => {
    expect(isoTime(Date.UTC(2024, 1, 29, 23, 59, 59) / 1000)).toBe("2024-02-29T23:59:59Z");
    expect(isoTime(Date.UTC(2100, 1, 28, 12) / 1000 + 86_400)).toBe("2100-03-01T12:00:00Z");
  });

  it("may come without seconds, and nothing else is a time", () => {
    expect(parseTime("2026-06-21T08:30")).toBe(Date.UTC(2026, 5, 21, 8, 30) / 1000);
    for (const text of ["8", "", "2026-13-01T00:00", "2026-06-21", "noon"]) expect(parseTime(text)).toBeUndefined();
  });
});
