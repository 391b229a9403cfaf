import fc from "fast-check";
import { expect, it } from "vitest";
import { parseJsonObject } from "../../../../src/sinks/mqtt/homeassistant/json-object.js";

it("reads objects and nothing else, and never throws", () => {
  expect(parseJsonObject('{"a":1}')).toEqual({ a: 1 });
  for (const text of ["", "[1]", "null", "1", '{"a"', '"a"']) expect(parseJsonObject(text)).toBeUndefined();
  fc.assert(fc.property(fc.string(), (text) => void parseJsonObject(text)));
});
