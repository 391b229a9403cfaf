import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Cursor } from "../../src/wire/cursor.js";
import { WireError } from "../../src/wire/wire-error.js";

const bytes = Uint8Array.of(0x80, 0x01, 0xff, 0xfe, 0x10, 0x20, 0x30, 0x40);

describe("Cursor", () => {
  it("reads numbers in both byte orders, signed where asked", () => {
    const cursor = new Cursor(bytes);
    expect([cursor.u8(), cursor.u8()]).toEqual([0x80, 0x01]);
    expect(cursor.s16be()).toBe(-2);
    expect(cursor.u32be()).toBe(0x10203040);
    expect(cursor.remaining).toBe(0);
    expect(new Cursor(bytes).u16be()).toBe(0x8001);
    expect(new Cursor(bytes).u16le()).toBe(0x0180);
    expect(new Cursor(bytes).s16le()).toBe(0x0180);
    expect(new Cursor(bytes, 2).s16le()).toBe(-257);
    expect(new Cursor(bytes).u32le()).toBe(0xfeff0180);
  });

  it("reads within a view of a larger buffer", () => {
    expect(new Cursor(bytes.subarray(4), 1).u16be()).toBe(0x2030);
  });

  it("gives views, text a byte a character, and skips", () => {
    const cursor = new Cursor(Buffer.from("ab\u00e9\u0000rest", "latin1"));
    expect(cursor.text(4)).toBe("ab\u00e9\u0000");
    cursor.skip(1);
    const taken = cursor.take(2);
    expect(Buffer.from(taken).toString()).toBe("es");
    expect(taken.buffer).toBe(cursor.bytes.buffer);
    expect(cursor.offset).toBe(7);
  });

  it("throws WireError where fewer bytes are left, and stays where it was", () => {
    const cursor = new Cursor(bytes, 6);
    expect(() => cursor.u32le()).toThrow(WireError);
    expect(() => cursor.take(-1)).toThrow(WireError);
    expect(() => cursor.skip(3)).toThrow("expected 3 bytes at offset 6, found 2");
    expect(cursor.u16be()).toBe(0x3040);
    expect(() => cursor.u8()).toThrow(WireError);
  });

  it("throws nothing but WireError, whatever is read", () => {
    const reads = ["u8", "u16be", "u16le", "s16be", "s16le", "u32be", "u32le"] as const;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), fc.array(fc.constantFrom(...reads)), (content, plan) => {
        const cursor = new Cursor(content);
        let left = content.length;
        for (const read of plan) {
          const size = read === "u8" ? 1 : read.includes("16") ? 2 : 4;
          if (size > left) expect(() => cursor[read]()).toThrow(WireError);
          else {
            cursor[read]();
            left -= size;
          }
          expect(cursor.remaining).toBe(left);
        }
      }),
    );
  });
});
