import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, it } from "vitest";

const folders = (process.env.PATH ?? "").split(":");
const names = ["chromium", "chromium-browser", "google-chrome"];

/** Path of a Chromium on this machine. */
export function findChromium(): string | undefined {
  const paths = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return paths.find((path) => existsSync(path));
}

/**
 * Tests in a real Chromium: skipped with a word where there is none, failed there where CLOUDTAP_REQUIRE_BROWSER=1.
 * `tests` gets a function, for the browser is not there before the first one runs.
 */
export function describeInBrowser(title: string, tests: (browser: () => Browser) => void): void {
  const executablePath = findChromium();
  describe(title, () => {
    if (executablePath === undefined) {
      if (process.env.CLOUDTAP_REQUIRE_BROWSER === "1") {
        it("has a browser", () => {
          throw new Error("expected the program chromium");
        });
      } else it.skipIf(true)("needs the program chromium", () => {});
      return;
    }
    let browser: Browser | undefined;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    });
    afterAll(() => browser?.close());
    tests(() => {
      if (browser === undefined) throw new Error("expected a browser to have been started");
      return browser;
    });
  });
}
