import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Originals } from "../../src/recording/originals.js";

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

function replaced(originals: Originals, text: string): string {
  return textOf(originals.replace(bytesOf(text)));
}

describe("Originals", () => {
  it("finds text in either case and writes the stand-in likewise", () => {
    const originals = new Originals();
    originals.addText("Ab12cd", "xy34zw", "none");
    expect(replaced(originals, "..AB12CD..ab12cd..Ab12cd")).toBe("..XY34ZW..xy34zw..Xy34zw");
  });

  it("finds words as words only", () => {
    const originals = new Originals();
    originals.addText("home", "qwer", "word");
    expect(replaced(originals, "home=homes ahome 'HOME' home1")).toBe("qwer=homes ahome 'QWER' home1");
  });

  it("does not take an address for a part of another one", () => {
    const originals = new Originals();
    originals.addText("10.0.0.1", "10.7.7.7", "address");
    expect(replaced(originals, "10.0.0.1,10.0.0.17,110.0.0.1;http://10.0.0.1/")).toBe(
      "10.7.7.7,10.0.0.17,110.0.0.1;http://10.7.7.7/",
    );
  });

  it("fills a shorter stand-in up, so that nothing moves", () => {
    const originals = new Originals();
    originals.addText("142.250.186.174", "198.51.100.9", "address");
    expect(replaced(originals, "<142.250.186.174>")).toBe("<198.51.100.9   >");
  });

  it("prefers the longest of what begins alike", () => {
    const originals = new Originals();
    originals.addText("12345678", "99999999", "none");
    originals.addText("1234567890", "5555555555", "none");
    expect(replaced(originals, "1234567890 12345678")).toBe("5555555555 99999999");
  });

  it("finds bytes that are no text, exactly", () => {
    const originals = new Originals();
    originals.addBytes(Uint8Array.of(0xa1, 0x41, 3, 4), Uint8Array.of(9, 8, 7, 6));
    expect(originals.replace(Uint8Array.of(0, 0xa1, 0x41, 3, 4, 0xa1, 0x61, 3, 4))).toEqual(
      Uint8Array.of(0, 9, 8, 7, 6, 0xa1, 0x61, 3, 4),
    );
  });

  it("does not look for what is so short that it would be found by chance", () => {
    const originals = new Originals();
    originals.addText("abc", "xyz", "none");
    expect(replaced(originals, "abcabc")).toBe("abcabc");
  });

  it("gives the very same array where nothing is found, and never writes to what it was given", () => {
    const originals = new Originals();
    originals.addText("secret", "xxxxxx", "none");
    const without = bytesOf("nothing here");
    expect(originals.replace(without)).toBe(without);
    const given = Buffer.from("a secret");
    originals.replace(given);
    expect(given.toString()).toBe("a secret");
  });

  it("leaves none in any bytes, and their number as it was", () => {
    const originals = new Originals();
    originals.addText("2712345678", "3998877665", "none");
    originals.addBytes(Uint8Array.of(0xa1, 0xab, 0xc1, 0x4e), Uint8Array.of(1, 2, 3, 4));
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc.constant(bytesOf("2712345678")),
      fc.constant(Uint8Array.of(0xa1, 0xab, 0xc1, 0x4e)),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const bytes = Uint8Array.from(Buffer.concat(pieces));
        const result = Buffer.from(originals.replace(bytes));
        expect(result.length).toBe(bytes.length);
        expect(result.includes("2712345678")).toBe(false);
        expect(result.includes(Buffer.of(0xa1, 0xab, 0xc1, 0x4e))).toBe(false);
      }),
    );
  });
});
