import { expect, it } from "vitest";
import { isFitted } from "../../../src/protocols/solarman/fitting.js";

it("tells the keys of inputs and phases that are there from those that are not", () => {
  const keys = ["pv1_power", "pv2_voltage", "pv3_power", "port3_serial", "grid_voltage", "grid_voltage_l2", "power"];
  expect(keys.filter((key) => isFitted(key, { inputs: 2, phases: 1 }))).toEqual([
    "pv1_power",
    "pv2_voltage",
    "grid_voltage",
    "power",
  ]);
  expect(keys.filter((key) => isFitted(key, { inputs: 4, phases: 3 }))).toEqual(keys);
});
