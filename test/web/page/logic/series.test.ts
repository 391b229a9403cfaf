import { describe, expect, it } from "vitest";
import type { SeriesView } from "../../../../src/web/api-types.js";
import { align, extended, extentOf, groupByUnit, loneIndices, reachMs } from "../../../../src/web/page/logic/series.js";

const power: SeriesView = {
  ...{ key: "power", name: "Power", unit: "W" },
  points: [
    [1000, 5],
    [2000, null],
    [3000, -2],
  ],
};

describe("series", () => {
  it("have a lowest, a highest and a newest value, gaps apart", () => {
    expect(extentOf(power.points)).toEqual({ lowest: -2, highest: 5, newest: -2 });
    expect(extentOf([[1, null]])).toBeUndefined();
  });

  it("share a chart by their units, in their order", () => {
    const voltage = { ...power, key: "voltage", unit: "V" };
    const { unit: _unit, ...count } = { ...power, key: "count" };
    const groups = groupByUnit([power, voltage, { ...power, key: "dc_power" }, count]);
    expect(groups.map(({ unit, series }) => [unit, series.map(({ key }) => key)])).toEqual([
      ["W", ["power", "dc_power"]],
      ["V", ["voltage"]],
      [undefined, ["count"]],
    ]);
  });

  it("come together on one line of time: a gap is null, nothing at all undefined", () => {
    const other: SeriesView = { ...power, points: [[2000, 7]] };
    expect(align([power, other])).toEqual([
      [1, 2, 3],
      [5, null, -2],
      [undefined, 7, undefined],
    ]);
    expect(align([])).toEqual([[]]);
  });

  it("reach back to the oldest value of all", () => {
    expect(
      reachMs(
        [
          power,
          {
            ...power,
            points: [
              [500, null],
              [700, 1],
            ],
          },
        ],
        3000,
      ),
    ).toBe(2300);
    expect(reachMs([{ ...power, points: [[500, null]] }], 3000)).toBeUndefined();
  });

  it("grow by newer points and lose those that are too old", () => {
    expect(extended(power, [4000, 9], 1500).points).toEqual([
      [3000, -2],
      [4000, 9],
    ]);
    expect(extended(power, [3000, 9], 1500)).toBe(power);
    expect(extended({ ...power, points: [] }, [1, 9], 10).points).toEqual([[1, 9]]);
  });
});

describe("values that stand alone", () => {
  it("are those between gaps, the ends included", () => {
    expect(loneIndices([1, null, 2, 3, null, 4, undefined, 5])).toEqual([0, 5, 7]);
    expect(loneIndices([1, 2, 3])).toEqual([]);
    expect(loneIndices([])).toEqual([]);
  });
});
