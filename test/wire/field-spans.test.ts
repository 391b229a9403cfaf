import { describe, expect, it } from "vitest";
import { fieldSpans } from "../../src/wire/field-spans.js";
import { compileFieldTable } from "../../src/wire/field-table.js";

const table = compileFieldTable([
  { key: "state", offset: 3, type: "u8" },
  { key: "voltage", offset: 0, type: "u16be", scale: 0.1, min: 80, max: 300, unit: "V" },
  { key: "temperature", offset: 4, type: "s16be", absent: [-1000], unit: "°C" },
  { key: "name", offset: 6, type: "ascii", length: 2 },
]);

function bytes(hex: string): Uint8Array {
  return Buffer.from(hex.replaceAll(" ", ""), "hex");
}

describe("spans of a field table", () => {
  it("names fields where they stand in the frame, in their order", () => {
    expect(fieldSpans(table, bytes("0901 00 02 0019 6162"), 10, { state: (value) => `number ${value}` })).toEqual([
      { offset: 10, length: 2, name: "voltage", value: "230.5 V" },
      { offset: 13, length: 1, name: "state", value: "number 2" },
      { offset: 14, length: 2, name: "temperature", value: "25 °C" },
      { offset: 16, length: 2, name: "name", value: "ab" },
    ]);
  });

  it("tells what is not there or not to be believed", () => {
    const values = fieldSpans(table, bytes("ffff 00 02 fc18 01ff"), 0).map(({ value }) => value);
    expect(values).toEqual(["6553.5 V (implausible)", "2", "none", "none"]);
  });

  it("leaves out what lies outside the bytes", () => {
    expect(fieldSpans(table, bytes("0901 00"), 0).map(({ name }) => name)).toEqual(["voltage"]);
  });
});
