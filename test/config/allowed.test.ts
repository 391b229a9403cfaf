import { describe, expect, it } from "vitest";
import { describeAllowed } from "../../src/config/allowed.js";
import type { SchemaNode } from "../../src/config/schema-nodes.js";

describe("describeAllowed", () => {
  it.each<[SchemaNode, string]>([
    [{ type: "string", allowed: "a name", enum: ["a"] }, "a name"],
    [{ type: "string", enum: ["a", "b"] }, "one of a, b"],
    [{ type: "integer", minimum: 1, maximum: 9 }, "a whole number from 1 to 9"],
    [{ type: "number", minimum: 0.5, maximum: 9 }, "a number from 0.5 to 9"],
    [{ type: "string", minLength: 1, maxLength: 9 }, "a text of 1 to 9 characters"],
    [{ type: "array", maxItems: 3 }, "a list of at most 3"],
    [{ type: ["string", "boolean"] }, "a text or true or false"],
    [{ type: "object" }, "a map of keys"],
  ])("says of %j: %s", (node, words) => {
    expect(describeAllowed(node)).toBe(words);
  });
});
