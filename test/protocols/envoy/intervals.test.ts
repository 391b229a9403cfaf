import { describe, expect, it } from "vitest";
import { takeIntervals } from "../../../src/protocols/envoy/intervals.js";
import { at, entryOf, eqid, interval, noon, report } from "./reports.js";

describe("intervals", () => {
  it("show the mean of the seconds that are covered", () => {
    const entry = entryOf(report({ intervals: [interval(1, { stats: [65_439] })] }));
    takeIntervals(entry);
    expect(entry.books.channels.get("121.1")?.power).toEqual({
      at: noon,
      expiresAt: at(noon + 900),
      watts: 65_439 / 294,
    });
  });

  it.each([
    ["a long one", { intervalDurationS: 25_800, statDurationS: 25_800 }],
    ["an old one", { endDate: noon - 901 }],
    ["one that nothing covers", { statDurationS: 0 }],
  ])("count energy but show no power of %s", (_name, changes) => {
    const entry = entryOf(report({ intervals: [interval(1, changes)] }));
    takeIntervals(entry);
    expect(entry.books.channels.get("121.1")).toMatchObject({ joules: 29_400, power: undefined });
  });

  it("count for today what ends today where the Envoy is", () => {
    const midnight = Date.UTC(2025, 5, 15, 4) / 1000;
    const endDates = [midnight - 300, midnight, noon];
    const intervals = endDates.map((endDate, id) => interval(id, { endDate, stats: [1_000 + id] }));
    const entry = entryOf(report({ intervals }));
    entry.books.today = { day: "2025-06-14", joules: 5_000 };
    takeIntervals(entry);
    expect(entry.books.today).toEqual({ day: "2025-06-15", joules: 2_003 });
    expect(entry.books.joules).toBe(3_003);
  });

  it("E26: in an unknown form count nothing and are reported once", () => {
    const intervals = [
      interval(1, { stats: [1, 2, 3, 4, 5, 6, 7, 8] }),
      interval(2, { eqid: eqid("122.1"), stats: [1, 2] }),
    ];
    const entry = entryOf(report({ intervals }));
    takeIntervals(entry);
    const later = entryOf(report({ intervals }), noon, entry.books);
    takeIntervals(later);
    expect(entry.books.joules).toBe(0);
    expect([entry.tally.get("stats_unreadable"), later.tally.get("stats_unreadable")]).toEqual([2, undefined]);
  });

  it("report what is implausible, overlaps or begins a new count", () => {
    const intervals = [
      interval(1),
      interval(1, { endDate: noon - 300 }),
      interval(2),
      interval(3, { endDate: noon - 3_000, stats: [99_999_999] }),
    ];
    const entry = entryOf(report({ intervals }));
    takeIntervals(entry);
    expect(Object.fromEntries(entry.tally)).toEqual({
      interval_id_reused: 1,
      interval_overlaps: 1,
      implausible_value: 1,
    });
    expect(entry.books.joules).toBe(58_800);
  });

  it("tell the grid of a slow line", () => {
    const entry = entryOf(report({ intervals: [interval(1, { intervalDurationS: 900, statDurationS: 880 })] }));
    takeIntervals(entry);
    expect(entry.books.gridS).toBe(900);
  });
});
