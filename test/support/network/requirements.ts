import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, it } from "vitest";
import { Network } from "./network.js";

const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"];

/** What tests in networks of their own need besides root. */
export const networkPrograms = ["ip", "nft", "iptables", "ip6tables", "conntrack", "mosquitto"] as const;

export function hasProgram(name: string): boolean {
  return folders.some((folder) => existsSync(join(folder, name)));
}

function missing(programs: readonly string[]): readonly string[] {
  const root = process.platform === "linux" && process.getuid?.() === 0 ? [] : ["root on Linux"];
  return [...root, ...programs.filter((name) => !hasProgram(name)).map((name) => `the program ${name}`)];
}

/**
 * Tests in networks of their own: skipped with a word where something is missing, failed there where
 * CLOUDTAP_REQUIRE_CAPTURES=1. `programs`: those needed besides the usual ones.
 */
export function describeWithNetworks(title: string, tests: () => void, programs: readonly string[] = []): void {
  const lacks = missing([...networkPrograms, ...programs]);
  if (lacks.length === 0) {
    describe(title, () => {
      afterAll(() => Network.removeAll());
      tests();
    });
    return;
  }
  describe(title, () => {
    if (process.env.CLOUDTAP_REQUIRE_CAPTURES === "1") {
      it("has what networks of its own need", () => {
        throw new Error(`expected ${lacks.join(", ")}`);
      });
    } else it.skipIf(true)(`needs ${lacks.join(", ")}`, () => {});
  });
}
