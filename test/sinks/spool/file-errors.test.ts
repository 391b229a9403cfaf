import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { codeOf, isMissing } from "../../../src/sinks/spool/file-errors.js";

describe("errors of files", () => {
  it("have a code, which other errors have not", async () => {
    const missing = await readFile("/nowhere/at/all").catch((error: unknown) => error);
    expect(codeOf(missing)).toBe("ENOENT");
    expect(isMissing(missing)).toBe(true);
    expect(codeOf(new TypeError("internal"))).toBeUndefined();
    expect(isMissing(undefined)).toBe(false);
  });
});
