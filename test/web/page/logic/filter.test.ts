import { describe, expect, it } from "vitest";
import { createFilter } from "../../../../src/web/page/logic/filter.js";

describe("filter", () => {
  it("lets all pass that has every word, in any order and case", () => {
    const matches = createFilter(" total  ENERGY ");
    expect(matches("Energy total (energy_total)")).toBe(true);
    expect(matches("Energy today")).toBe(false);
  });

  it("lets everything pass while it is empty", () => {
    expect(createFilter("  ")("anything")).toBe(true);
  });

  it("takes signs of patterns for themselves", () => {
    expect(createFilter("a.c")("abc")).toBe(false);
    expect(createFilter("(")("f(x)")).toBe(true);
  });
});
