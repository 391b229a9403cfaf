import { describe, expect, it } from "vitest";
import type { DestinationView } from "../../../../src/web/api-types.js";
import { dayBars, newestDay, sumOf } from "../../../../src/web/page/logic/privacy-sums.js";

function destination(days: DestinationView["days"]): DestinationView {
  return { host: "a", port: 1, security: "plain", lastAt: 0, days };
}

const one = destination([
  { day: "2026-03-01", sent: 30, received: 10 },
  { day: "2026-02-27", sent: 15, received: 5 },
]);
const other = destination([{ day: "2026-02-20", sent: 1, received: 2 }]);

describe("what was told whom", () => {
  it("is summed up over days and hosts", () => {
    expect(sumOf([one, other])).toEqual({ sent: 46, received: 17 });
    expect(sumOf([])).toEqual({ sent: 0, received: 0 });
  });

  it("has a bar a day, also for days without any, over the end of a month", () => {
    expect(dayBars(one, 4, "2026-03-01")).toEqual([
      { day: "2026-02-26", sent: 0, received: 0, share: 0 },
      { day: "2026-02-27", sent: 15, received: 5, share: 0.5 },
      { day: "2026-02-28", sent: 0, received: 0, share: 0 },
      { day: "2026-03-01", sent: 30, received: 10, share: 1 },
    ]);
  });

  it("has no bars of days that nobody knows", () => {
    expect(dayBars(one, 4, "")).toEqual([]);
    expect(dayBars(destination([]), 2, "2026-03-01").map(({ share }) => share)).toEqual([0, 0]);
  });

  it("ends with the newest day of all", () => {
    expect(newestDay([other, one])).toBe("2026-03-01");
    expect(newestDay([])).toBeUndefined();
  });
});
