import { describe, expect, it } from "vitest";
import type { Value } from "../../../src/model/value.js";
import { derive, derivedEntities } from "../../../src/protocols/websentry/derived.js";

const from = (values: Readonly<Record<string, Value>>) => Object.fromEntries(derive(new Map(Object.entries(values))));

describe("derived values", () => {
  it("makes one point in time of date, time and zone, so that a change of the zone does not move it", () => {
    const before = from({ clock_date: "2024-01-06", clock_time: "22:50:06", time_zone: "GMT" });
    const after = from({ clock_date: "2024-01-06", clock_time: "14:50:07", time_zone: "PST" });
    expect(before).toEqual({ clock: "2024-01-06T22:50:06+00:00" });
    expect(after).toEqual({ clock: "2024-01-06T14:50:07-08:00" });
  });

  it("has no clock where a part of it was not in the same reply", () => {
    expect(from({ clock_time: "22:50:06", time_zone: "GMT" })).toEqual({});
    expect(from({ clock_date: "2024-01-06", clock_time: "22:50:06", time_zone: 12 })).toEqual({});
  });

  it.each([
    [68, 50, 48.7],
    [84, 60, 68.7],
    [50, 100, 50],
  ])("computes the dew point of air at %i °F and %i %%", (room_temp, humidity, dew_point) => {
    expect(from({ room_temp, humidity }).dew_point).toBeCloseTo(dew_point, 0);
  });

  it("has no dew point of air without water", () => {
    expect(from({ room_temp: 70, humidity: 0 })).toEqual({});
  });

  it("tells how much warmer the water leaves the unit", () => {
    expect(from({ pool_temp: 65.9, pool_temp_out: 66.1 })).toEqual({ water_heat_rise: 0.2 });
  });

  it("does not convert the difference of two temperatures like a temperature", () => {
    const rise = derivedEntities.find((entity) => entity.key === "water_heat_rise");
    expect(rise?.deviceClass).toBe("temperature_delta");
  });
});
