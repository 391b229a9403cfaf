import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addRange,
  contains,
  covers,
  newestRanges,
  parseRanges,
  type Ranges,
} from "../../../src/protocols/envoy/ranges.js";

describe("ranges", () => {
  it.each([
    [[10, 20], 20, 30, [10, 30]],
    [[10, 20], 5, 10, [5, 20]],
    [[10, 20], 12, 18, [10, 20]],
    [[10, 20, 30, 40], 20, 30, [10, 40]],
    [[10, 20, 30, 40], 5, 50, [5, 50]],
    [[10, 20], 22, 25, [10, 20, 22, 25]],
    [[10, 20], 15, 15, [10, 20]],
    [[], 1, 2, [1, 2]],
  ])("%j with [%i, %i) is %j", (ranges, from, to, expected) => {
    expect(addRange(ranges, from, to)).toEqual(expected);
  });

  it("know the same numbers as a set, in any order of additions", () => {
    const additions = fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 6 })), { maxLength: 25 });
    fc.assert(
      fc.property(additions, fc.nat(60), fc.integer({ min: 1, max: 8 }), (added, from, length) => {
        const set = new Set<number>();
        let ranges: Ranges = [];
        for (const [start, size] of added) {
          for (let value = start; value < start + size; value += 1) set.add(value);
          ranges = addRange(ranges, start, start + size);
        }
        expect(parseRanges(ranges)).toEqual(ranges);
        const asked = Array.from({ length }, (_, index) => from + index);
        expect(covers(ranges, from, from + length)).toBe(asked.every((value) => set.has(value)));
        expect(contains(ranges, from)).toBe(set.has(from));
      }),
      { numRuns: 2_000 },
    );
  });

  it("keep the highest where there are too many", () => {
    expect(newestRanges([1, 2, 5, 6, 9, 10], 2)).toEqual([5, 6, 9, 10]);
    expect(newestRanges([1, 2], 2)).toEqual([1, 2]);
  });

  it.each([[[1]], [[2, 1]], [[1, 1]], [[1, 2.5]], [["1", "2"]], ["1,2"], [null]])("are not in %j", (value) => {
    expect(parseRanges(value)).toBeUndefined();
  });
});
