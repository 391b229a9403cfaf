import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { errorCodes } from "../../src/runtime/errors.js";

describe("docs/errors.md", () => {
  it("names every error code, and none that does not exist", () => {
    const documented = [...readFileSync("docs/errors.md", "utf8").matchAll(/^\| `([A-Z_]+)` \|/gm)].map(
      (row) => row[1],
    );
    expect(documented.toSorted()).toEqual(Object.keys(errorCodes).toSorted());
  });
});
