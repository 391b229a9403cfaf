import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatBytes, formatNumber, friendly, withUnit } from "../../../../src/web/page/logic/numbers.js";

describe("numbers", () => {
  it("are written as a language writes them", () => {
    expect(formatNumber(1284.3, "en", 1)).toBe("1,284.3");
    expect(formatNumber(1284.3, "de", 1)).toBe("1.284,3");
  });

  it("keep at most three decimals where nobody says how many", () => {
    expect(formatNumber(1.23456, "en")).toBe("1.235");
    expect(formatNumber(2, "en")).toBe("2");
  });

  it("stand apart from their unit, but for the per cent of English", () => {
    expect(withUnit("5", "W", "en")).toBe("5\u202fW");
    expect(withUnit("5", "%", "en")).toBe("5%");
    expect(withUnit("5", "%", "de")).toBe("5\u202f%");
    expect(withUnit("5", undefined, "en")).toBe("5");
  });

  it("of bytes are in the unit that keeps them short", () => {
    const written = [0, 999, 1000, 8204, 999_949, 999_950, 1_402_112, 123_456_789].map((size) =>
      formatBytes(size, "en"),
    );
    expect(written).toEqual([
      ...["0\u202fB", "999\u202fB", "1.0\u202fkB", "8.2\u202fkB", "1.0\u202fMB", "1.0\u202fMB", "1.4\u202fMB"],
      "123\u202fMB",
    ]);
  });

  it("of bytes never reach a thousand", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_000_000_000_000 }), (size) => {
        expect(Number(formatBytes(size, "en").split("\u202f")[0])).toBeLessThan(1000);
      }),
    );
  });

  it("of large quantities are in their kilo-unit", () => {
    expect(friendly(31_872_340, "Wh", 0)).toEqual({ value: 31_872.34, unit: "kWh", precision: 1 });
    expect(friendly(9120, "Wh", 0)).toEqual({ value: 9.12, unit: "kWh", precision: 2 });
    expect(friendly(9120, "W", 0)).toEqual({ value: 9120, unit: "W", precision: 0 });
    expect(friendly(12_500, "W", 0)).toEqual({ value: 12.5, unit: "kW", precision: 2 });
    expect(friendly(12_500, undefined)).toEqual({ value: 12_500, unit: undefined, precision: undefined });
  });
});
