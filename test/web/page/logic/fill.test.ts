import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fill, formOf, gapsOf, piecesOf } from "../../../../src/web/page/logic/fill.js";

describe("texts with gaps", () => {
  it("fills each gap, as often as it stands there, and leaves unknown ones as they are", () => {
    expect(fill("{a} and {b} and {a}, {c}", { a: "one", b: 2 })).toBe("one and 2 and one, {c}");
  });

  it("takes braces of YAML and of packet filters for no gaps", () => {
    const text = "devices: { name: {name} }";
    expect(fill(text, { name: "roof" })).toBe("devices: { name: roof }");
  });

  it("fills no gap that a fact brings along", () => {
    expect(fill("{a}", { a: "{b}", b: "secret" })).toBe("{b}");
  });

  it("takes no fact that only objects as such have", () => {
    expect(fill("{toString} {constructor}", {})).toBe("{toString} {constructor}");
  });

  it("names the gaps of a text", () => {
    expect(gapsOf("{b} {a} {b}")).toEqual(["a", "b"]);
  });

  it("cuts a text at its gaps", () => {
    expect(piecesOf("See {url} now")).toEqual(["See ", "url", " now"]);
  });

  it("chooses the form that a number asks for", () => {
    const forms = { one: "one", other: "other" };
    const english = new Intl.PluralRules("en");
    expect([0, 1, 2, 21].map((count) => formOf(forms, count, english))).toEqual(["other", "one", "other", "other"]);
  });

  it("leaves a text without gaps alone, whatever it is", () => {
    const plain = fc.string().filter((text) => !text.includes("{"));
    fc.assert(fc.property(plain, (text) => fill(text, { a: 1 }) === text));
  });
});
