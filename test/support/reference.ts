import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, it } from "vitest";

const folder = resolve(process.env.CLOUDTAP_REFERENCE ?? "../shared/reference");

/** JSON of a reference file; the caller names the shape that it checks. */
export function readReferenceJson<T>(name: string): T {
  const parsed: T = JSON.parse(readFileSync(resolve(folder, name), "utf8"));
  return parsed;
}

/** Tests against the reference files: skipped with a word where the folder is missing, failed where CLOUDTAP_REQUIRE_CAPTURES=1. */
export function describeWithReference(title: string, tests: () => void): void {
  if (existsSync(folder)) {
    describe(title, tests);
    return;
  }
  if (process.env.CLOUDTAP_REQUIRE_CAPTURES === "1") {
    describe(title, () => {
      it("finds the reference files", () => {
        throw new Error(`expected reference files in ${folder}; set CLOUDTAP_REFERENCE to where they are`);
      });
    });
    return;
  }
  // The tests' own text is not even run: it reads the folder to name its cases.
  describe(title, () => {
    it.skipIf(true)(`needs reference files, which are not in ${folder}`, () => {});
  });
}
