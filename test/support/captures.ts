import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, it } from "vitest";

const folder = resolve(process.env.CLOUDTAP_CAPTURES ?? "../shared/captures");

/** Path of a recorded-traffic file, `solarman/deye-heartbeat.json`. */
export function capturePath(name: string): string {
  return resolve(folder, name);
}

export function readCapture(name: string): Buffer {
  return readFileSync(capturePath(name));
}

/** A capture's JSON; the caller names the shape that it checks. */
export function readCaptureJson<T>(name: string): T {
  const parsed: T = JSON.parse(readCapture(name).toString("utf8"));
  return parsed;
}

/** Tests on recorded traffic: skipped with a word where the folder is missing, failed where CLOUDTAP_REQUIRE_CAPTURES=1. */
export function describeWithCaptures(title: string, tests: () => void): void {
  if (existsSync(folder)) {
    describe(title, tests);
    return;
  }
  if (process.env.CLOUDTAP_REQUIRE_CAPTURES === "1") {
    describe(title, () => {
      it("finds the recorded traffic", () => {
        throw new Error(`expected recorded traffic in ${folder}; set CLOUDTAP_CAPTURES to where it is`);
      });
    });
    return;
  }
  // The tests' own text is not even run: it reads the folder to name its cases.
  describe(title, () => {
    it.skipIf(true)(`needs recorded traffic, which is not in ${folder}`, () => {});
  });
}
