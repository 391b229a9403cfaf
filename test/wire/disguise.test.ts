import { describe, expect, it } from "vitest";
import { KeyedPseudonyms } from "../../src/recording/pseudonyms.js";
import { disguiseTexts, disguiseWord } from "../../src/wire/disguise.js";

const create = (): KeyedPseudonyms => new KeyedPseudonyms(new Uint8Array(32));

describe("disguiseWord", () => {
  it.each([
    "2305107146",
    "2305107146-1",
    "110AD0185160014",
    "00:90:c2:0c:02:b3",
    "0090C20C02B3",
    "192.168.1.5",
    "fe80::1",
  ])("knows %s by its form", (word) => {
    expect(disguiseWord(word, create())).toHaveLength(word.length);
    expect(disguiseWord(word, create())).not.toBe(word);
  });

  it.each(["firmware", "V0.2.0.1", "1234567", "MW_08_0501_1.58", "12:30", "ABCDEFGH"])("leaves %s open", (word) => {
    expect(disguiseWord(word, create())).toBeUndefined();
  });
});

describe("disguiseTexts", () => {
  const run = (text: string, keepsWords?: true): string => {
    const bytes = Uint8Array.from(Buffer.from(text, "latin1"));
    disguiseTexts(bytes, { from: 0, to: bytes.length, least: 4, ...(keepsWords ? { keepsWords } : {}) }, create());
    return Buffer.from(bytes).toString("latin1");
  };

  it("replaces words, and nothing between them or of another length", () => {
    const [before, words, short] = run("\u0001\u0000Home Net\u0000abc\u0002").split("\u0000");
    expect(before).toBe("\u0001");
    expect(words).toMatch(/^[A-Z][a-z]{3} [A-Z][a-z]{2}$/);
    expect(words).not.toContain("Home");
    expect(short).toBe("abc\u0002");
  });

  it("can leave words and still replace numbers and addresses", () => {
    const result = run("serial=2305107146 at 192.168.1.5, firmware", true);
    expect(result).toMatch(/^serial=\d{10} at 192\.168\.[\d. ]{3}, firmware$/);
    expect(result).not.toContain("2305107146");
  });
});
