import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FieldView } from "../../../../src/web/api-types.js";
import { hexOf } from "../../../../src/web/page/logic/bytes.js";
import { fieldsByByte, hexRows } from "../../../../src/web/page/logic/hex-rows.js";

const field = (offset: number, length: number, name = "f"): FieldView => ({ offset, length, name });

describe("rows of bytes", () => {
  it("are cut where a field or a change begins and ends", () => {
    const bytes = Uint8Array.of(0xa5, 0x41, 0x42, 0x43, 0x15);
    const changed = [false, false, true, false, false];
    const [row, ...others] = hexRows({ bytes, fields: [field(1, 3)], changed, width: 16 });
    expect(others).toEqual([]);
    expect(row?.runs.map(({ hex, text, field: of, changed: isChanged }) => [hex, text, of, isChanged])).toEqual([
      ["a5", "·", undefined, false],
      ["41", "A", 0, false],
      ["42", "B", 0, true],
      ["43", "C", 0, false],
      ["15", "·", undefined, false],
    ]);
  });

  it("keep two fields apart that stand side by side", () => {
    const [row] = hexRows({
      ...{ bytes: Uint8Array.of(1, 2, 3, 4), fields: [field(0, 2), field(2, 2)] },
      ...{ changed: [false, false, false, false], width: 8 },
    });
    expect(row?.runs.map(({ hex }) => hex)).toEqual(["01 02", "03 04"]);
  });

  it("give a byte to the smallest field over it", () => {
    expect(fieldsByByte(4, [field(0, 4, "head"), field(1, 2, "length")])).toEqual([0, 1, 1, 0]);
    expect(fieldsByByte(2, [field(0, 2, "one"), field(0, 2, "other")])).toEqual([1, 1]);
  });

  it("cut a field that reaches beyond what is shown", () => {
    expect(fieldsByByte(2, [field(1, 100)])).toEqual([undefined, 0]);
    expect(fieldsByByte(2, [field(50, 2)])).toEqual([undefined, undefined]);
  });

  it("hold every byte once and in order, each run within whole fields", () => {
    const fields = fc.array(fc.tuple(fc.nat(80), fc.integer({ min: 1, max: 20 })).map(([at, size]) => field(at, size)));
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 80 }),
        fields,
        fc.constantFrom(8, 16),
        fc.infiniteStream(fc.boolean()),
        (bytes, shown, width, flags) => {
          const changed = [...flags.take(bytes.length)];
          const rows = hexRows({ bytes, fields: shown, changed, width });
          const runs = rows.flatMap((row) => row.runs);
          expect(runs.map(({ hex }) => hex).join(" ")).toBe([...bytes].map(hexOf).join(" "));
          expect(rows.map(({ offset }) => offset)).toEqual(rows.map((_row, index) => index * width));
          for (const run of runs) {
            const within = shown.filter(
              ({ offset, length }) => offset < run.offset + run.length && offset + length > run.offset,
            );
            for (const { offset, length } of within) {
              expect(offset).toBeLessThanOrEqual(run.offset);
              expect(offset + length).toBeGreaterThanOrEqual(run.offset + run.length);
            }
          }
        },
      ),
    );
  });
});
