import { describe, expect, it } from "vitest";
import type { EntityDescription } from "../../src/model/entity.js";
import { chartedEntities, chartedValue, isMeasurement } from "../../src/monitoring/charted-entities.js";

function entity(key: string, more: Partial<EntityDescription> = {}): EntityDescription {
  return { key, platform: "sensor", name: key, ...more };
}

describe("entities that make a curve", () => {
  it("have a unit or a state class, or are on or off; words and buttons are none", () => {
    const entities = [
      entity("power", { unit: "W" }),
      entity("count", { stateClass: "total_increasing" }),
      entity("setpoint", { platform: "number", unit: "°C" }),
      entity("running", { platform: "binary_sensor" }),
      entity("light", { platform: "switch" }),
      entity("serial"),
      entity("mode", { deviceClass: "enum", stateClass: "measurement" }),
      entity("since", { deviceClass: "timestamp", unit: "s" }),
      entity("choice", { platform: "select" }),
      entity("reset", { platform: "button" }),
      entity("label", { platform: "text", unit: "x" }),
    ];
    const keys = chartedEntities(entities, 64).map(({ key }) => key);
    expect(keys).toEqual(["power", "count", "setpoint", "running", "light"]);
  });

  it("are taken in the order of their worth where they are too many", () => {
    const entities = [
      entity("signal", { unit: "dB", category: "diagnostic" }),
      entity("hidden", { unit: "V", enabled: false }),
      entity("power", { unit: "W" }),
      entity("limit", { unit: "W", category: "config" }),
      entity("energy", { unit: "kWh" }),
    ];
    const first = (limit: number) => chartedEntities(entities, limit).map(({ key }) => key);
    expect(first(2)).toEqual(["power", "energy"]);
    expect(first(4)).toEqual(["power", "energy", "hidden", "signal"]);
    expect(first(5)).toHaveLength(5);
  });

  it("tell numbers, and what is on as 1", () => {
    const pump = entity("pump", { platform: "binary_sensor", onOff: ["Yes", "No"] });
    expect([4.5, true, false, "Yes", "No", "Maybe", null, undefined].map((value) => chartedValue(value, pump))).toEqual(
      [4.5, 1, 0, 1, 0, undefined, undefined, undefined],
    );
    expect([Number.NaN, "7"].map((value) => chartedValue(value, entity("power")))).toEqual([undefined, undefined]);
  });

  it("are measurements or keep their last value", () => {
    expect(isMeasurement(entity("power", { stateClass: "measurement" }))).toBe(true);
    expect(isMeasurement(entity("energy", { stateClass: "total_increasing" }))).toBe(false);
    expect(isMeasurement(entity("limit"))).toBe(false);
  });
});
