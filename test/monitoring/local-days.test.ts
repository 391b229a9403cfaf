import { describe, expect, it } from "vitest";
import type { EpochMs } from "../../src/model/time.js";
import { LocalDays } from "../../src/monitoring/local-days.js";

const minute = 60_000;

function setUp(offsetMinutes: number) {
  let asked = 0;
  const dayOf = (at: EpochMs) => {
    asked += 1;
    return new Date(at + offsetMinutes * minute).toISOString().slice(0, 10);
  };
  const days = new LocalDays(dayOf);
  return { days, dayOf, asked: () => asked };
}

describe("local days", () => {
  it.each([0, 60, 345, -570])("end where they end there, %i minutes east", (offset) => {
    const { days, dayOf } = setUp(offset);
    const begin = Date.UTC(2026, 5, 20, 23);
    for (let at = begin; at < begin + 26 * 60 * minute; at += 5 * minute) {
      expect(days.of(at as EpochMs)).toBe(dayOf(at as EpochMs));
      expect(days.of((at - 1) as EpochMs)).toBe(dayOf((at - 1) as EpochMs));
    }
  });

  it("are worked out once a quarter hour, also after the clock was set back", () => {
    const { days, asked } = setUp(0);
    const noon = Date.UTC(2026, 5, 21, 12);
    for (let at = noon; at < noon + 15 * minute; at += 1_000) days.of(at as EpochMs);
    expect(asked()).toBe(1);
    expect(days.of((noon - 24 * 60 * minute) as EpochMs)).toBe("2026-06-20");
    expect(asked()).toBe(2);
  });
});
