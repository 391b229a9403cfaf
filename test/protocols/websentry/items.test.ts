import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  encodeValue,
  type ItemValue,
  isNotApplicable,
  rawHex,
  readValue,
  valueType,
} from "../../../src/protocols/websentry/items.js";
import { properties } from "../../../src/protocols/websentry/properties.js";
import { Cursor } from "../../../src/wire/cursor.js";
import { WireError } from "../../../src/wire/wire-error.js";
import { bytes } from "./dialogue.js";

function read(text: string): ItemValue | undefined {
  const cursor = new Cursor(bytes(text));
  const value = readValue(cursor, cursor.u8());
  expect(cursor.remaining).toBe(0);
  return value;
}

const u8 = fc.nat(0xff);
const s16 = fc.integer({ min: -0x8000, max: 0x7fff });
const octets = (count: number) => fc.array(u8, { minLength: count, maxLength: count });
const hex2 = (value: number) => value.toString(16).padStart(2, "0");

const anyValue: fc.Arbitrary<ItemValue> = fc.oneof(
  fc.constantFrom<ItemValue>({ type: 0x00 }, { type: 0x0f }),
  u8.map((code): ItemValue => ({ type: 0x01, code })),
  u8.map((raw): ItemValue => ({ type: 0x02, raw })),
  fc.nat(0xffff).map((value): ItemValue => ({ type: 0x03, value })),
  s16.map((value): ItemValue => ({ type: 0x06, value: value / 10 })),
  fc.nat(0xffffffff).map((value): ItemValue => ({ type: 0x12, value })),
  fc.tuple(s16, s16, s16, u8).map(([value, min, max, step]): ItemValue => ({ type: 0x08, value, min, max, step })),
  fc.tuple(u8, u8).map(([kind, raw]): ItemValue => ({ type: 0x09, kind, raw })),
  octets(2).map((pair): ItemValue => ({ type: 0x04, text: pair.map(hex2).join("") })),
  fc
    .tuple(fc.constantFrom<0x05 | 0x0c>(0x05, 0x0c), octets(4))
    .map(([type, quad]): ItemValue => ({ type, text: quad.join(".") })),
  octets(6).map((mac): ItemValue => ({ type: 0x0d, text: mac.map(hex2).join(":") })),
  fc.stringMatching(/^[ -~]{0,200}$/).map((text): ItemValue => ({ type: 0x07, text })),
);

describe("items", () => {
  it.each<[string, string, ItemValue]>([
    ["0x00 done", "00", { type: 0x00 }],
    ["0x01 status", "01 05", { type: 0x01, code: 5 }],
    ["0x02 enum", "02 03", { type: 0x02, raw: 3 }],
    ["0x03 number", "03 02 5c", { type: 0x03, value: 604 }],
    ["0x04 two bytes", "04 00 03", { type: 0x04, text: "0003" }],
    ["0x05 version", "05 00 05 0f 0c", { type: 0x05, text: "0.5.15.12" }],
    ["0x06 tenths", "06 02 75", { type: 0x06, value: 62.9 }],
    ["0x07 text", "07 03 4f 66 66", { type: 0x07, text: "Off" }],
    ["0x07 empty text", "07 00", { type: 0x07, text: "" }],
    ["0x08 ranged", "08 00 53 00 37 00 5f 01", { type: 0x08, value: 83, min: 55, max: 95, step: 1 }],
    ["0x09 typed enum", "09 0b 06", { type: 0x09, kind: 0x0b, raw: 6 }],
    ["0x0a date", "0a 7c 01 09 00", { type: 0x0a, text: "2024-01-09" }],
    ["0x0b time, seconds in quarters", "0b 14 22 08 00", { type: 0x0b, text: "20:34:02" }],
    ["0x0c address", "0c 0a 0f 19 22", { type: 0x0c, text: "10.15.25.34" }],
    ["0x0d hardware address", "0d 00 90 c2 0c 02 b3", { type: 0x0d, text: "00:90:c2:0c:02:b3" }],
    ["0x0f tell me", "0f", { type: 0x0f }],
    ["0x12 long number", "12 07 5b cd 15", { type: 0x12, value: 123456789 }],
  ])("W11: decodes type %s and encodes it back", (_name, wire, value) => {
    expect(read(wire)).toEqual(value);
    expect([...bytes(wire)]).toEqual(encodeValue(value));
  });

  it("W11: reads tenths with their sign, so that frost is not 6549 degrees", () => {
    expect(read("06 ff ce")).toEqual({ type: 0x06, value: -5 });
  });

  it("W11: reads ranged numbers and their limits with their sign", () => {
    expect(read("08 ff fe ff ce 00 32 01")).toEqual({ type: 0x08, value: -2, min: -50, max: 50, step: 1 });
  });

  it("W12: takes 0 below a minimum above 0 as not in use", () => {
    expect(isNotApplicable({ value: 0, min: 5, max: 300, step: 5 })).toBe(true);
  });

  it("W12: takes 0 in a range around 0 as a value", () => {
    expect(isNotApplicable({ value: 0, min: -50, max: 50, step: 1 })).toBe(false);
    expect(isNotApplicable({ value: 0, min: 0, max: 100, step: 5 })).toBe(false);
  });

  it("does not know the length of an unknown type", () => {
    expect(readValue(new Cursor(bytes("01 02 03")), 0x7f)).toBeUndefined();
  });

  it("throws WireError where a value is cut off", () => {
    expect(() => readValue(new Cursor(bytes("02")), valueType.tenths)).toThrow(WireError);
    expect(() => readValue(new Cursor(bytes("05 41")), valueType.text)).toThrow(WireError);
  });

  it("decodes what it encoded", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const cursor = new Cursor(Uint8Array.from(encodeValue(value)));
        expect(readValue(cursor, cursor.u8())).toEqual(value);
        expect(cursor.remaining).toBe(0);
      }),
    );
  });
});

describe("a value in hex digits", () => {
  const sampled = properties.flatMap(({ key, type, sample }) =>
    type === undefined || sample === undefined ? [] : [[key, hex2(type) + sample] as const],
  );

  it("is what the unit sent, type byte first", () => {
    expect(sampled.length).toBeGreaterThan(100);
    const again = sampled.map(([key, hex]) => {
      const value = read(hex);
      return [key, value === undefined ? "" : rawHex(value)];
    });
    expect(again).toEqual(sampled.map(([key, hex]) => [key, hex.slice(0, 64)]));
  });

  it("is cut behind 32 bytes", () => {
    expect(rawHex({ type: 0x07, text: "x".repeat(200) })).toBe(`07c8${"78".repeat(30)}`);
  });
});
