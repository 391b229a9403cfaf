import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseConfigurationText } from "../../src/config/yaml-document.js";
import { CloudtapError } from "../../src/runtime/errors.js";

function messageOf(text: string): string {
  try {
    parseConfigurationText(text, "c.yaml");
    return "";
  } catch (error) {
    if (error instanceof CloudtapError && error.code === "CONFIG_UNREADABLE") return error.message;
    throw error;
  }
}

describe("parseConfigurationText", () => {
  it("reads YAML 1.2 and JSON", () => {
    expect(parseConfigurationText("a: { b: [1, yes] }", "c.yaml")).toEqual({ a: { b: [1, "yes"] } });
    expect(parseConfigurationText('{"a": 1}', "options.json")).toEqual({ a: 1 });
    expect(parseConfigurationText("# nothing\n", "c.yaml")).toBeUndefined();
  });

  it("reads anchors", () => {
    expect(parseConfigurationText("a: &x [1]\nb: *x", "c.yaml")).toEqual({ a: [1], b: [1] });
  });

  it.each([
    ["a key twice", "a: 1\nb: 2\na: 3", "line 3, column 1"],
    ["a tab", "a:\n\t- 1", "line 2, column 1"],
    ["an open quote", "a: 'x", "line 1, column 6"],
    ["an open bracket", "a: [1, 2", "line 1"],
    ["Home Assistant's secrets", "a: !secret x", "line 1, column 4"],
    ["an alias without anchor", "p: *hunter2", "line 1, column 4"],
    ["two documents", "a: 1\n---\nb: 2", "line 2"],
  ])("names line and column of %s", (_name, text, place) => {
    expect(messageOf(text)).toContain(`c.yaml, ${place}`);
  });

  it.each([
    ["password: *hunter2"],
    ["password: !hunter2 x"],
    ["password: 'hunter2"],
    ["password: a: hunter2"],
    ["password: @hunter2"],
  ])("does not quote the file, which may hold a password: %s", (text) => {
    const message = messageOf(text);
    expect(message).not.toBe("");
    expect(message).not.toContain("hunter2");
  });

  it("stops aliases that expand too far", () => {
    const level = (name: string, of: string) => `${name}: &${name} [${Array(20).fill(`*${of}`).join(", ")}]`;
    const text = ["a: &a [1]", level("b", "a"), level("c", "b"), level("d", "c"), level("e", "d")].join("\n");
    expect(messageOf(text)).toContain("aliases that expand too far");
  });

  it.each([["[".repeat(50_000)], ["{a: ".repeat(50_000)], ["- ".repeat(50_000)], ["? ".repeat(50_000)]])(
    "stops nesting that is too deep",
    (text) => {
      expect(messageOf(text)).toContain("nesting deeper than");
    },
  );

  it("makes __proto__ a key like any other", () => {
    const document = parseConfigurationText("__proto__: { polluted: true }", "c.yaml");
    expect(Object.hasOwn(Object(document), "__proto__")).toBe(true);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  it("throws nothing else, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."ab: -[]{}&*!|>'\"\n\t?#,") }), (text) => {
        messageOf(text);
      }),
      { numRuns: 500 },
    );
  });
});
