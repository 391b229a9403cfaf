import { expect, it } from "vitest";
import { dayOf, nextSunrise, nextSunset, sunlight } from "../../../src/protocols/solarman/sun.js";

const at = (hour: number): number => Date.UTC(2026, 5, 21) + hour * 3_600_000;

it("shines from six to twenty, most at one", () => {
  expect([0, 6, 20, 23].map((hour) => sunlight(at(hour)))).toEqual([0, 0, 0, 0]);
  expect(sunlight(at(13))).toBe(1);
  expect(sunlight(at(8))).toBeLessThan(sunlight(at(10)));
});

it("rises and sets once a day", () => {
  expect(nextSunset(at(3))).toBe(at(20));
  expect(nextSunset(at(20))).toBe(at(44));
  expect(nextSunrise(at(3))).toBe(at(6));
  expect(nextSunrise(at(6))).toBe(at(30));
  expect(nextSunrise(at(22))).toBe(at(30));
  expect(dayOf(at(24)) - dayOf(at(23))).toBe(1);
});
