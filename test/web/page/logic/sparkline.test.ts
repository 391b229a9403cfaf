import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Point } from "../../../../src/web/api-types.js";
import { drawSparkline, sparkSpan } from "../../../../src/web/page/logic/sparkline.js";

const box = { width: 100, height: 10 };

describe("sparkline", () => {
  it("goes through its points, on zero where no value is below", () => {
    const points: readonly Point[] = [
      [0, 0],
      [50, 20],
      [100, 10],
    ];
    expect(drawSparkline(points, 0, 100, box)).toEqual({
      line: "M0 10L50 0L100 5",
      area: "M0 10L50 0L100 5L100 10L0 10Z",
    });
  });

  it("is interrupted by gaps; a lone point is a dash", () => {
    const points: readonly Point[] = [
      [0, 1],
      [10, null],
      [20, 1],
      [30, 1],
    ];
    expect(drawSparkline(points, 0, 100, box).line).toBe("M0 0h1M20 0L30 0");
  });

  it("leaves out what is older or newer than its span", () => {
    const points: readonly Point[] = [
      [-5, 99],
      [10, 1],
      [20, 1],
      [105, 99],
    ];
    expect(drawSparkline(points, 0, 100, box).line).toBe("M10 0L20 0");
  });

  it("spans a day, or as much of it as is known, but half an hour at least", () => {
    const [hour, day] = [3_600_000, 86_400_000];
    expect(sparkSpan([[day, 1]], 2 * day + hour, day)).toEqual([2 * day + hour - hour / 2, 2 * day + hour]);
    expect(
      sparkSpan(
        [
          [2 * day - hour, null],
          [2 * day - 1000, 1],
        ],
        2 * day,
        day,
      ),
    ).toEqual([2 * day - hour / 2, 2 * day]);
    expect(
      sparkSpan(
        [
          [2 * day - 3 * hour, 1],
          [2 * day, 1],
        ],
        2 * day,
        day,
      ),
    ).toEqual([2 * day - 3 * hour, 2 * day]);
    expect(
      sparkSpan(
        [
          [1, 1],
          [day, 2],
        ],
        2 * day,
        day,
      ),
    ).toEqual([day, 2 * day]);
  });

  it("has nothing to draw of nothing", () => {
    expect(drawSparkline([[1, null]], 0, 100, box)).toEqual({ line: "", area: "" });
    expect(drawSparkline([[1, 1]], 5, 5, box)).toEqual({ line: "", area: "" });
  });

  it("stays within its box", () => {
    const points = fc.array(fc.tuple(fc.nat(100), fc.oneof(fc.constant(null), fc.integer({ min: -1e6, max: 1e6 }))));
    fc.assert(
      fc.property(points, (found) => {
        const { line } = drawSparkline(found, 0, 100, box);
        for (const [, x, y] of line.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)) {
          expect(Number(x)).toBeGreaterThanOrEqual(0);
          expect(Number(x)).toBeLessThanOrEqual(box.width);
          expect(Number(y)).toBeGreaterThanOrEqual(0);
          expect(Number(y)).toBeLessThanOrEqual(box.height);
        }
      }),
    );
  });
});
