import { describe, expect, it } from "vitest";
import { derivedValues } from "../../../src/protocols/solarman/derived.js";

const day = { power: 185, pv1_voltage: 33.3, pv1_current: 2.6, pv2_voltage: 32.5, pv2_current: 2.9 };

describe("derived values", () => {
  it("D23: are the powers of the inputs, their sum and the efficiency", () => {
    expect(derivedValues({ ...day, power: 170 }, 2).values).toEqual({
      pv1_power: 86.58,
      pv2_power: 94.25,
      dc_power: 180.83,
      efficiency: 94,
    });
  });

  it("D23: have no efficiency at night", () => {
    const night = { power: 0, pv1_voltage: 20, pv1_current: 0.1, pv2_voltage: 0, pv2_current: 0 };
    expect(derivedValues(night, 2).values).toEqual({ pv1_power: 2, pv2_power: 0, dc_power: 2, efficiency: null });
  });

  it("let more than 100 % pass, which coarse currents make, but no nonsense", () => {
    expect(derivedValues(day, 2).values.efficiency).toBe(102.3);
    expect(derivedValues({ ...day, power: 300 }, 2)).toMatchObject({ values: { efficiency: null }, implausible: [] });
  });

  it("leave out what lacks a part, and a power that no input can give", () => {
    const { pv2_current: _unused, ...without } = day;
    expect(derivedValues(without, 2).values).toEqual({ pv1_power: 86.58 });
    const { values, implausible } = derivedValues({ ...day, pv1_current: 25, pv1_voltage: 80 }, 2);
    expect(values).toEqual({ pv2_power: 94.25 });
    expect(implausible).toEqual([{ detail: "pv1_power: 80 V and 25 A make 2000 W" }]);
  });
});
