import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isParentWord, readChildWord } from "../../src/cli/privileged-words.js";

describe("words of the relaying child", () => {
  it.each([
    { type: "listen", id: 1, host: undefined, port: 443 },
    { type: "listen", id: 2, host: "127.0.0.1", port: 1030 },
    { type: "intercept", relays: ["deye"] },
    { type: "lift" },
  ])("are taken: %j", (word) => {
    expect(readChildWord(JSON.parse(JSON.stringify(word)))).toEqual(word);
  });

  it.each([
    undefined,
    "lift",
    { type: "listen", id: 1 },
    { type: "listen", id: -1, port: 1 },
    { type: "listen", id: 1, port: 1, host: 7 },
    { type: "status" },
  ])("make no sense: %j", (word) => {
    expect(readChildWord(word)).toBeUndefined();
  });

  it("are read without a throw, whatever they are", () => {
    fc.assert(
      fc.property(fc.anything(), (message) => {
        const word = readChildWord(message);
        expect(word === undefined || ["listen", "intercept", "lift"].includes(word.type)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe("words of the privileged parent", () => {
  it("are told from those of any other parent", () => {
    expect(isParentWord({ type: "cloudtap" })).toBe(true);
    expect(isParentWord({ type: "toString" })).toBe(false);
    expect(isParentWord({ cmd: "NODE_CLUSTER" })).toBe(false);
    expect(isParentWord("cloudtap")).toBe(false);
  });
});
