import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeyStream } from "../../src/recording/key-stream.js";
import { standInText, withCaseOf } from "../../src/recording/stand-in-text.js";

const shape = (text: string): string => text.replaceAll(/[0-9]/g, "0").replaceAll(/[a-z]/gi, "a");

describe("standInText", () => {
  it("keeps digits digits, letters letters and the rest", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii", maxLength: 40 }), (text) => {
        const standIn = standInText(text.toLowerCase(), new KeyStream(new Uint8Array(32), text));
        expect(shape(standIn)).toBe(shape(text));
      }),
    );
  });

  it("keeps a number as long as it was", () => {
    for (let index = 0; index < 200; index += 1) {
      expect(standInText("7", new KeyStream(new Uint8Array(32), String(index)))).not.toBe("0");
    }
  });

  it("makes letters of what is beyond ASCII", () => {
    expect(standInText("\u00e9\u00fc", new KeyStream(new Uint8Array(32), "x"))).toMatch(/^[a-z]{2}$/);
  });
});

describe("withCaseOf", () => {
  it("writes letters as large as those at the same place", () => {
    expect(withCaseOf("Home-Net", "qxyz-abc")).toBe("Qxyz-Abc");
  });

  it("writes all large where the model has only large letters, whatever stands at the place", () => {
    expect(withCaseOf("00:1D:C0", "02:af:be")).toBe("02:AF:BE");
    expect(withCaseOf("00:1d:c0", "02:af:be")).toBe("02:af:be");
  });
});
