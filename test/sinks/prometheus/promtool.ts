import { spawn } from "node:child_process";
import { describe, it } from "vitest";
import { hasProgram } from "../../support/network/requirements.js";

/** Tests with Prometheus's own checker: skipped with a word where it is missing, failed there where CLOUDTAP_REQUIRE_CAPTURES=1. */
export function describeWithPromtool(title: string, tests: () => void): void {
  if (hasProgram("promtool")) {
    describe(title, tests);
    return;
  }
  describe(title, () => {
    if (process.env.CLOUDTAP_REQUIRE_CAPTURES === "1") {
      it("is there", () => {
        throw new Error("expected promtool, of Debian's package prometheus");
      });
    } else it.skipIf(true)("needs promtool, of Debian's package prometheus", () => {});
  });
}

/** What `promtool check metrics` says of an exposition. Exit code 0: it passes; 1: it is none; 3: it breaks the rules for names. */
export function check(exposition: string): Promise<{ readonly code: number | null; readonly said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn("promtool", ["check", "metrics"]);
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (said += text.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, said }));
    child.stdin.end(exposition);
  });
}
