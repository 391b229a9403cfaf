import { describe, expect, it } from "vitest";
import { protocols } from "../../../src/protocols/registry.js";
import { propertyEntities } from "../../../src/protocols/websentry/entities.js";
import { conversionOf, conversions, toBaseUnit } from "../../../src/sinks/prometheus/units.js";

function converted(value: number, unit: string, deviceClass?: string): number {
  return toBaseUnit(value, conversionOf(unit, deviceClass));
}

describe("units of metrics", () => {
  it("knows every unit that an entity of any protocol has", () => {
    const entities = [
      ...protocols.flatMap((protocol) => protocol.entities),
      ...propertyEntities("°C").map(({ entity }) => entity),
    ];
    const units = new Set(entities.flatMap(({ unit }) => (unit === undefined ? [] : [unit])));
    expect([...units].filter((unit) => !Object.hasOwn(conversions, unit))).toEqual([]);
    expect(units.size).toBeGreaterThan(10);
  });

  it.each([
    [1.5, "kWh", 5_400_000, "joules"],
    [412, "Wh", 1_483_200, "joules"],
    [2, "Ah", 7_200, "coulombs"],
    [212, "°F", 100, "celsius"],
    [-40, "°F", -40, "celsius"],
    [21.5, "°C", 21.5, "celsius"],
    [53.4, "%", 0.534, "ratio"],
    [90, "min", 5_400, "seconds"],
    [250, "ms", 0.25, "seconds"],
    [2, "h", 7_200, "seconds"],
    [1_013, "hPa", 101_300, "pascals"],
    [1, "psi", 6_894.75729317, "pascals"],
    [-67, "dBm", -67, "dbm"],
    [6, "months", 6, "months"],
  ])("turns %d %s into %d %s", (value, unit, expected, suffix) => {
    expect(converted(value, unit)).toBe(expected);
    expect(conversionOf(unit).suffix).toBe(suffix);
  });

  it("does not shift a difference of temperatures", () => {
    expect(converted(18, "°F", "temperature_delta")).toBe(10);
  });

  it("leaves no trace of binary fractions", () => {
    expect(converted(0.7, "kWh")).toBe(2_520_000);
    expect(converted(62.9, "°F")).toBe(17.1666666667);
    expect(converted(58, "%")).toBe(0.58);
  });

  it("keeps a value without a unit as it is", () => {
    expect(toBaseUnit(0.1 + 0.2, conversionOf(undefined))).toBe(0.1 + 0.2);
    expect(conversionOf("")).toEqual(conversionOf(undefined));
  });

  it("keeps a unit that it does not know, as far as a name can hold it", () => {
    expect(conversionOf("µg/m³")).toEqual({ suffix: "_g_m_", factor: 1, offset: 0 });
  });
});
