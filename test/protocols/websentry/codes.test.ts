import { describe, expect, it } from "vitest";
import { codesOf } from "../../../src/protocols/websentry/codes.js";
import { properties } from "../../../src/protocols/websentry/properties.js";
import { labelsOf } from "../../../src/protocols/websentry/property-table.js";

describe("numbers of words", () => {
  it("are the raw values", () => {
    expect(codesOf("temperature_unit")).toEqual({ Celsius: 3, Fahrenheit: 4 });
    expect(codesOf("board_version")).toMatchObject({ "7.0": 16 });
    expect(codesOf("prop_0x0520")).toMatchObject({ "1200": 0, "115200": 9 });
  });

  it("are the smallest where a word stands for several", () => {
    expect(codesOf("state_1227")).toMatchObject({ Running: 4 });
  });

  it("are there for every label of every property", () => {
    for (const row of properties) {
      const labels = labelsOf(row);
      if (labels === undefined) expect(codesOf(row.key)).toBeUndefined();
      else expect(new Set(Object.keys(codesOf(row.key) ?? {}))).toEqual(new Set(Object.values(labels)));
    }
  });

  it("are none for what has no words", () => {
    expect(codesOf("humidity")).toBeUndefined();
    expect(codesOf("no_such_key")).toBeUndefined();
  });
});
