import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ifThere, isMissing, systemCodeOf } from "../../src/runtime/system-errors.js";

describe("errors of the system", () => {
  it("have a code, which other errors have not", async () => {
    const missing = await readFile("/nowhere/at/all").catch((error: unknown) => error);
    expect(systemCodeOf(missing)).toBe("ENOENT");
    expect(isMissing(missing)).toBe(true);
    expect(systemCodeOf(new TypeError("internal"))).toBeUndefined();
    expect(isMissing(undefined)).toBe(false);
  });

  it("leave nothing of a file that is gone, and are thrown where it is anything else", async () => {
    await expect(ifThere(readFile("/nowhere/at/all"))).resolves.toBeUndefined();
    await expect(ifThere(readFile("/"))).rejects.toMatchObject({ code: "EISDIR" });
    await expect(ifThere(Promise.resolve(7))).resolves.toBe(7);
  });

  it("let a file be removed, if it is there", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cloudtap-there-"));
    const path = join(folder, "a.part");
    await ifThere(unlink(path));
    writeFileSync(path, "");
    await ifThere(unlink(path));
    expect(existsSync(path)).toBe(false);
    rmSync(folder, { recursive: true });
  });
});
