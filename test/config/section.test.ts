import { describe, expect, it } from "vitest";
import {
  describeFound,
  describeSecret,
  isSection,
  joinPath,
  listAt,
  sectionAt,
  textAt,
} from "../../src/config/section.js";

describe("sections of an unchecked document", () => {
  it("give what is there in the wanted form, else nothing", () => {
    const document = { map: { a: 1 }, text: "x", empty: "", list: [1] };
    expect(sectionAt(document, "map")).toEqual({ a: 1 });
    expect(sectionAt(document, "list")).toEqual({});
    expect(textAt(document, "text")).toBe("x");
    expect(textAt(document, "empty")).toBeUndefined();
    expect(listAt(document, "list")).toEqual([1]);
    expect(listAt(document, "map")).toEqual([]);
    expect(isSection([])).toBe(false);
  });

  it("never look into the prototype", () => {
    expect(sectionAt({}, "__proto__")).toEqual({});
    expect(sectionAt({}, "constructor")).toEqual({});
  });
});

describe("joinPath", () => {
  it("writes paths as users do", () => {
    expect(joinPath(joinPath(joinPath("", "relays"), 1), "listen")).toBe("relays[1].listen");
    expect(joinPath("mqtt", "a b")).toBe('mqtt."a b"');
  });
});

describe("describeFound", () => {
  it.each([
    [undefined, "nothing"],
    [null, "nothing"],
    [[], "an empty list"],
    [[1, 2], "a list of 2"],
    [{ a: "hunter2" }, "a map of keys"],
    [true, "true"],
    [1.5, "1.5"],
    ["off", '"off"'],
    ["mqtt://me:hunter2@host", '"mqtt://***@host"'],
    ["x".repeat(100), `"${"x".repeat(60)}…"`],
  ])("%j is %s", (value, words) => {
    expect(describeFound(value)).toBe(words);
  });

  it("says of a secret only what kind it is", () => {
    expect([describeSecret("hunter2"), describeSecret(1), describeSecret(null)]).toEqual([
      "a text (not shown)",
      "a number (not shown)",
      "nothing",
    ]);
  });
});
