import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileFieldTable, type FieldRow } from "../../src/wire/field-table.js";
import { WireError } from "../../src/wire/wire-error.js";

const rows: readonly FieldRow[] = [
  { key: "count", offset: 0, type: "u8" },
  { key: "voltage", offset: 1, type: "u16le", scale: 0.1, min: 80, max: 300, zeroAllowed: true, unit: "V" },
  { key: "temperature", offset: 3, type: "s16le", scale: 0.01, absent: [-1000], min: -40, max: 110 },
  { key: "biased", offset: 5, type: "s16be", scale: 0.1, bias: -1000 },
  { key: "energy", offset: 7, type: "u32be", scale: 0.1 },
  { key: "uptime", offset: 11, type: "u32le" },
  { key: "switch", offset: 15, type: "u16be", oneOf: [1, 2] },
  { key: "name", offset: 17, type: "ascii", length: 6 },
  { key: "clock", offset: 23, type: "clock6" },
  { key: "mac", offset: 29, type: "mac" },
  { key: "padded", offset: 35, type: "ascii", length: 4, padding: "space" },
  { key: "tens", offset: 39, type: "u8", scale: 10 },
];
const table = compileFieldTable(rows);
const size = 40;

function payload(values: Readonly<Record<string, number | string>>): Uint8Array {
  const bytes = new Uint8Array(size);
  table.write(bytes, values);
  return bytes;
}

describe("field table", () => {
  it("reads every type, scaled to clean decimals", () => {
    const hex = "07" + "280a" + "d20a" + "04d2" + "00000333" + "ffffffff" + "0001" + "6162 20000000" + "1804081109ff";
    const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex");
    expect(table.read(bytes).values).toEqual({
      count: 7,
      voltage: 260,
      temperature: 27.7,
      biased: 23.4,
      energy: 81.9,
      uptime: 4_294_967_295,
      switch: 1,
      name: "ab",
    });
  });

  it("finds every field in the order of the offsets, absent and implausible ones too", () => {
    const found = table.find(payload({ voltage: 12, count: 7, temperature: -10 }).subarray(0, 7));
    const shown = found.map(({ row, end, value, isPlausible }) => [row.key, end, value, isPlausible]);
    expect(shown).toEqual([
      ["count", 1, 7, true],
      ["voltage", 3, 12, false],
      ["temperature", 5, undefined, true],
      ["biased", 7, -100, true],
    ]);
    expect(table.find(payload({})).find(({ row }) => row.key === "name")?.value).toBeUndefined();
  });

  it("writes what it reads", () => {
    const values = {
      ...{
        count: 255,
        voltage: 230.1,
        temperature: -12.34,
        biased: -99.9,
        energy: 429_496_729.5,
        uptime: 1,
        switch: 2,
      },
      ...{ name: "abc", clock: "2024-04-08T17:09:01", mac: "40:2a:8f:3f:a2:1c", padded: "A-1", tens: 250 },
    };
    const bytes = payload(values);
    expect(table.read(bytes)).toEqual({ values, implausible: [] });
    expect(Buffer.from(bytes.subarray(35, 39)).toString()).toBe("A-1 ");
  });

  it("leaves out what the bytes do not hold any more", () => {
    expect(table.read(payload({ count: 3, voltage: 230 }).subarray(0, 4)).values).toEqual({ count: 3, voltage: 230 });
    expect(table.read(new Uint8Array(0))).toEqual({ values: {}, implausible: [] });
  });

  it("leaves an absent value out without a word", () => {
    expect(table.read(payload({ temperature: -10 })).values).not.toHaveProperty("temperature");
  });

  it("leaves an implausible value out and says what was expected", () => {
    const { values, implausible } = table.read(payload({ voltage: 31.2, temperature: 120, switch: 3, count: 1 }));
    expect(values).toMatchObject({ count: 1 });
    expect(values).not.toHaveProperty("voltage");
    expect(implausible).toEqual([
      { key: "voltage", detail: "voltage: found 31.2 V, expected 0 or 80 to 300" },
      { key: "temperature", detail: "temperature: found 120, expected -40 to 110" },
      { key: "switch", detail: "switch: found 3, expected 1 or 2" },
    ]);
  });

  it("admits the 0 that a row allows beside its range", () => {
    expect(table.read(payload({ switch: 1 })).values).toMatchObject({ voltage: 0 });
  });

  it("takes text that is not printable for none, and reports it", () => {
    const bytes = payload({ switch: 1 });
    bytes.set([0x41, 0x07], 17);
    expect(table.read(bytes).implausible).toEqual([{ key: "name", detail: "name: expected printable text" }]);
  });

  it.each(["300000000000", "18000811090f", "180d08110901", "180420180901", "180408113c01"])(
    "leaves out the clock %s, which was never set",
    (hex) => {
      const bytes = payload({ switch: 1 });
      bytes.set(Buffer.from(hex, "hex"), 23);
      expect(table.read(bytes).values).not.toHaveProperty("clock");
      expect(table.read(bytes).implausible).toEqual([]);
    },
  );

  it.each([
    [{ count: 256 }],
    [{ count: Number.NaN }],
    [{ voltage: -1 }],
    [{ name: "too long" }],
    [{ clock: "yesterday" }],
    [{ nonsense: 1 }],
  ])("refuses to write %o", (values) => {
    expect(() => table.write(new Uint8Array(size), values)).toThrow(WireError);
  });

  it("refuses to write beyond the end", () => {
    expect(() => table.write(new Uint8Array(2), { voltage: 230 })).toThrow(WireError);
  });

  it("brings any number through writing and reading, and reads any bytes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), fc.integer({ min: -4000, max: 11_000 }), (raw, cents) => {
        const energy = raw / 10;
        const temperature = cents / 100;
        const { values } = table.read(payload({ energy, temperature, uptime: raw }));
        expect(values.energy).toBe(energy);
        expect(values.uptime).toBe(raw);
        expect(values.temperature).toBe(cents === -1000 ? undefined : temperature);
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => void table.read(bytes)));
  });
});
