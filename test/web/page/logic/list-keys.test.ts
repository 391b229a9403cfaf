import { describe, expect, it } from "vitest";
import { listMove } from "../../../../src/web/page/logic/list-keys.js";

describe("keys in a list", () => {
  it("go up and down, to the ends, and by pages, and stay within", () => {
    const keys = ["ArrowDown", "ArrowUp", "Home", "End", "PageDown", "PageUp"];
    expect(keys.map((key) => listMove(key, 5, 30))).toEqual([6, 4, 0, 29, 15, 0]);
    expect(listMove("ArrowUp", 0, 30)).toBe(0);
    expect(listMove("ArrowDown", 29, 30)).toBe(29);
  });

  it("begin at an end where nothing is chosen yet", () => {
    expect([listMove("ArrowDown", undefined, 3), listMove("ArrowUp", undefined, 3)]).toEqual([0, 2]);
  });

  it("mean nothing otherwise", () => {
    expect(listMove("a", 1, 3)).toBeUndefined();
    expect(listMove("Home", undefined, 0)).toBeUndefined();
    expect(listMove("constructor", 1, 3)).toBeUndefined();
  });
});
