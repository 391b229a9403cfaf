import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EpochMs } from "../../../src/model/time.js";
import { civilTime } from "../../../src/protocols/websentry/civil-time.js";

describe("civil time", () => {
  it("agrees with the calendar", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date("2155-12-31T23:59:59Z"), noInvalidDate: true }),
        (instant) => {
          const { date, time } = civilTime(instant.getTime() as EpochMs, 0);
          expect(`${date}T${time}`).toBe(instant.toISOString().slice(0, 19));
        },
      ),
    );
  });

  it("moves to the day before west of Greenwich", () => {
    expect(civilTime(Date.UTC(2024, 2, 1, 4, 34, 2) as EpochMs, -8)).toEqual({ date: "2024-02-29", time: "20:34:02" });
    expect(civilTime(Date.UTC(2024, 0, 1, 3, 0) as EpochMs, -3.5)).toEqual({ date: "2023-12-31", time: "23:30:00" });
  });
});
