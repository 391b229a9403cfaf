import { describe, expect, it } from "vitest";
import { properties } from "../../../src/protocols/websentry/properties.js";
import { PropertyStore } from "../../../src/protocols/websentry/property-store.js";
import { start } from "./dialogue.js";

describe("property store", () => {
  it("starts with the sample value of every property that has one", () => {
    const store = new PropertyStore();
    const sampled = properties.filter((row) => row.sample !== undefined);
    expect(sampled).toHaveLength(537);
    expect(sampled.filter((row) => store.read(row.id, start).type !== row.type)).toEqual([]);
    expect(store.read(0x2500, start)).toEqual({ id: 0x2500, type: 0x08, value: 83, min: 55, max: 95, step: 1 });
  });

  it("answers for a property that it does not have with status 4", () => {
    expect(new PropertyStore().read(0xabcd, start)).toEqual({ id: 0xabcd, type: 0x01, code: 4 });
  });

  it("tells its clock in its zone", () => {
    const store = new PropertyStore();
    expect([store.read(0x0107, start), store.read(0x0108, start)]).toMatchObject([
      { text: "2024-01-20" },
      { text: "20:58:38" },
    ]);
    store.write({ id: 0x010b, type: 0x03, value: 0 });
    expect(store.read(0x0108, start)).toMatchObject({ text: "04:58:38" });
  });

  it("keeps the form of a value that is written as a plain number, within its range or not", () => {
    const store = new PropertyStore();
    expect(store.write({ id: 0x2501, type: 0x03, value: 50 })).toEqual({ id: 0x2501, type: 0x00 });
    expect(store.read(0x2501, start)).toMatchObject({ type: 0x08, value: 50, min: 35, max: 85 });
    store.write({ id: 0x2501, type: 0x03, value: 900 });
    expect(store.read(0x2501, start)).toMatchObject({ value: 900, max: 85 });
    store.write({ id: 0x1162, type: 0x03, value: 10 });
    expect(store.read(0x1162, start)).toMatchObject({ type: 0x09, kind: 0x08, raw: 10 });
    store.write({ id: 0x1000, type: 0x0a, text: "2026-02-01" });
    expect(store.read(0x1000, start)).toMatchObject({ text: "2026-02-01" });
  });

  it("W28: moves the setpoints with the unit, and no sensor", () => {
    const store = new PropertyStore();
    store.write({ id: 0x010e, type: 0x03, value: 3 });
    expect(store.read(0x2504, start)).toMatchObject({ value: 7, min: -6, max: 12 });
    const outside = store.read(0x0603, start);
    expect("value" in outside && outside.value).toBeCloseTo(59.2, -1);
    store.write({ id: 0x010e, type: 0x03, value: 4 });
    expect(store.read(0x2504, start)).toMatchObject({ value: 45, min: 20, max: 55 });
  });

  it("stops what depends on the blower with it", () => {
    const store = new PropertyStore();
    store.write({ id: 0x0c01, type: 0x03, value: 0 });
    expect([0x0c01, 0x0c03, 0x120d, 0x120e].map((id) => store.read(id, start))).toMatchObject([
      { raw: 0 },
      { raw: 1 },
      { text: "Disabled" },
      { raw: 0 },
    ]);
  });

  it("takes what can only be written and refuses what it does not know", () => {
    const store = new PropertyStore();
    expect(store.write({ id: 0x101c, type: 0x03, value: 1 })).toEqual({ id: 0x101c, type: 0x00 });
    expect(store.write({ id: 0xabcd, type: 0x03, value: 1 })).toEqual({ id: 0xabcd, type: 0x01, code: 4 });
  });

  it("lets its sensors drift", () => {
    const store = new PropertyStore();
    const seen = Array.from({ length: 200 }, () => JSON.stringify(store.read(0x0601, start)));
    expect(new Set(seen).size).toBeGreaterThan(10);
  });
});
