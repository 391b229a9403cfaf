import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFormText, formField } from "../../src/wire/form.js";

describe("form fields", () => {
  it.each([
    ["body=%3Ca%3E", "<a>"],
    ["a=1&body=x&b=2", "x"],
    ["a=1&b=2&body=x+y%20z", "x y z"],
    ["body=a=b=c", "a=b=c"],
    ["body=%c3%a9%C3%A9", "éé"],
    ["body=first&body=second", "first"],
    ["body=", ""],
  ])("finds body in %s", (text, expected) => {
    expect(formField(text, "body")).toBe(expected);
  });

  it.each(["", "nobody=1", "body", "a&b&c=body"])("finds no body in %j", (text) => {
    expect(formField(text, "body")).toBeUndefined();
  });

  it("leaves a percent sign without two hex digits as it is", () => {
    expect(decodeFormText("100%&%zz %41 %e2%82")).toMatch(/^100%&%zz A /);
  });

  it("gives back what was encoded", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(formField(`a=1&body=${encodeURIComponent(text)}&z=`, "body")).toBe(text);
      }),
    );
  });
});
