import { describe, expect, it } from "vitest";
import { isRecord, parseJson } from "../../src/intercept/json.js";

describe("JSON of tools and files", () => {
  it("is nothing where it is broken", () => {
    expect(parseJson('{"a":1}')).toEqual({ a: 1 });
    for (const text of ["", "{", "nft: command not found"]) expect(parseJson(text)).toBeUndefined();
  });

  it("holds keys only where it is an object", () => {
    expect([{}, [], null, 1, "a", undefined].map(isRecord)).toEqual([true, true, false, false, false, false]);
  });
});
