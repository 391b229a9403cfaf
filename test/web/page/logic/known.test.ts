import { describe, expect, it } from "vitest";
import { known } from "../../../../src/web/page/logic/known.js";

describe("known", () => {
  it("finds what a table has, and nothing else", () => {
    const table = { fin: "Ended" };
    expect(known(table, "fin")).toBe("Ended");
    for (const key of ["reset", "toString", "constructor", "__proto__"]) expect(known(table, key), key).toBeUndefined();
  });
});
