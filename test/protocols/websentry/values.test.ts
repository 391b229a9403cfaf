import { describe, expect, it } from "vitest";
import type { ItemValue } from "../../../src/protocols/websentry/items.js";
import { propertyById } from "../../../src/protocols/websentry/property-table.js";
import { stateValue } from "../../../src/protocols/websentry/values.js";

const value = (id: number, item: ItemValue) => stateValue({ id, ...item }, propertyById(id));

describe("state values", () => {
  it("shows enums by their label, a shared one and one of its own", () => {
    expect(value(0x010b, { type: 0x09, kind: 0x0b, raw: 6 })).toEqual({ type: "value", value: "PST" });
    expect(value(0x0111, { type: 0x02, raw: 1 })).toEqual({ type: "value", value: "Normal" });
  });

  it("shows the number of an enum without labels where no entity needs one", () => {
    expect(value(0x0281, { type: 0x02, raw: 3 })).toEqual({ type: "value", value: 3 });
    expect(value(0x2c00, { type: 0x09, kind: 0x1c, raw: 7 })).toEqual({ type: "value", value: 7 });
  });

  it("invents no label for the number of a state", () => {
    expect(value(0x1612, { type: 0x02, raw: 5 })).toMatchObject({
      type: "refused",
      finding: { kind: "unlabelled_value", detail: "0x1612 pool_heating_state: no label is known for 5" },
    });
  });

  it("W12: shows a number that is not in use as unknown", () => {
    expect(value(0x030a, { type: 0x08, value: 0, min: 5, max: 300, step: 5 })).toEqual({ type: "value", value: null });
  });

  it("does not take a status for a value", () => {
    expect(value(0x0136, { type: 0x01, code: 5 })).toEqual({ type: "none" });
  });

  it("leaves out what no sensor can have measured", () => {
    expect(value(0x0600, { type: 0x06, value: 120 })).toMatchObject({
      type: "refused",
      finding: { kind: "implausible_value", detail: "0x0600 humidity: found 120, expected 0 to 100 %" },
    });
    expect(value(0x0603, { type: 0x06, value: -5 })).toEqual({ type: "value", value: -5 });
  });

  it("believes the unit when a value lies outside its own range", () => {
    expect(value(0x254c, { type: 0x08, value: 50, min: 0, max: 10, step: 1 })).toEqual({ type: "value", value: 50 });
  });

  it("leaves out a date or a time that does not exist", () => {
    expect(value(0x1000, { type: 0x0a, text: "1900-00-00" })).toMatchObject({ type: "refused" });
    expect(value(0x0108, { type: 0x0b, text: "24:00:00" })).toMatchObject({ type: "refused" });
  });

  it("leaves out a text where a number is shown", () => {
    expect(value(0x0600, { type: 0x07, text: "53" })).toMatchObject({ type: "refused" });
  });

  it("keeps control characters out of texts", () => {
    expect(value(0x120d, { type: 0x07, text: "Rea\u0000dy" })).toEqual({ type: "value", value: "Ready" });
  });

  it("shows a property that is in no table as it came", () => {
    expect(value(0xabcd, { type: 0x03, value: 12 })).toEqual({ type: "value", value: 12 });
  });
});
