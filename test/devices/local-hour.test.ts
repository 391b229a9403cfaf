import { describe, expect, it } from "vitest";
import { createLocalHour } from "../../src/devices/local-hour.js";
import type { EpochMs } from "../../src/model/time.js";

const midnightUtc = Date.UTC(2026, 0, 15) as EpochMs;

describe("local hour", () => {
  it.each([
    ["UTC", 0],
    ["Europe/Berlin", 1],
    ["America/Los_Angeles", 16],
    ["Asia/Kathmandu", 5],
  ])("knows %s", (timezone, hour) => {
    const localHour = createLocalHour();
    expect(localHour(timezone, midnightUtc)).toBe(hour);
    expect(localHour(timezone, midnightUtc)).toBe(hour);
  });

  it("follows daylight saving time", () => {
    const summer = Date.UTC(2026, 6, 15) as EpochMs;
    expect(createLocalHour()("Europe/Berlin", summer)).toBe(2);
  });

  it("says of a name that is no zone that it is unknown, also the second time", () => {
    const localHour = createLocalHour();
    expect(localHour("Mars/Olympus", midnightUtc)).toBeUndefined();
    expect(localHour("Mars/Olympus", midnightUtc)).toBeUndefined();
  });

  it("is bounded in the names that it remembers", () => {
    const localHour = createLocalHour();
    for (let index = 0; index < 600; index += 1) localHour(`Nowhere/${index}`, midnightUtc);
    expect(localHour("UTC", midnightUtc)).toBeUndefined();
  });
});
