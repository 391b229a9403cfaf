import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { isMissing, systemCodeOf } from "../../src/runtime/system-errors.js";

describe("errors of the system", () => {
  it("have a code, which other errors have not", async () => {
    const missing = await readFile("/nowhere/at/all").catch((error: unknown) => error);
    expect(systemCodeOf(missing)).toBe("ENOENT");
    expect(isMissing(missing)).toBe(true);
    expect(systemCodeOf(new TypeError("internal"))).toBeUndefined();
    expect(isMissing(undefined)).toBe(false);
  });
});
