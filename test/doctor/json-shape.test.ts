import { describe, expect, it } from "vitest";
import { listOf, objectOf, oneOf, readFlag, readNumber, readText, ShapeError } from "../../src/doctor/json-shape.js";

const readPoint = objectOf((fields) => ({
  name: fields.need("name", readText),
  at: fields.need("at", listOf(readNumber)),
  ...fields.given("isOpen", readFlag),
}));

describe("readers of JSON", () => {
  it("take what they ask for and leave the rest", () => {
    expect(readPoint({ name: "a", at: [1, 2], other: true }, "point")).toEqual({ name: "a", at: [1, 2] });
    expect(readPoint({ name: "a", at: [], isOpen: false }, "point")).toEqual({ name: "a", at: [], isOpen: false });
    expect(oneOf(["on", "off"])("off", "switch")).toBe("off");
  });

  it.each([
    [{ at: [] }, "expected a text at point.name"],
    [{ name: "a", at: [1, "2"] }, "expected a number at point.at[1]"],
    [{ name: "a", at: {} }, "expected a list at point.at"],
    [{ name: "a", at: [], isOpen: null }, "expected true or false at point.isOpen"],
    [[], "expected an object at point"],
    [null, "expected an object at point"],
  ])("say of %j where it is not that", (value, message) => {
    expect(() => readPoint(value, "point")).toThrow(new ShapeError("", "").constructor);
    expect(() => readPoint(value, "point")).toThrow(message);
  });

  it("do not take what every object inherits", () => {
    expect(() => objectOf((fields) => fields.need("constructor", readText))({}, "it")).toThrow(ShapeError);
    expect(() => oneOf(["on", "off"])("up", "switch")).toThrow("expected one of on, off at switch");
  });
});
