import { describe, expect, it } from "vitest";
import { shiftDay } from "../../src/monitoring/shift-day.js";

describe("a day some days later", () => {
  it.each([
    ["2026-11-21", 1, "2026-11-22"],
    ["2026-03-01", -1, "2026-02-28"],
    ["2024-02-28", 1, "2024-02-29"],
    ["2026-01-01", -1, "2025-12-31"],
    ["2026-11-21", 0, "2026-11-21"],
    ["2026-03-28", 2, "2026-03-30"],
  ])("is, from %s by %i, %s", (day, days, later) => {
    expect(shiftDay(day, days)).toBe(later);
  });
});
