import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { describeFirstMissing, hasProblem, ok, ownChecks, problem, unknown } from "../../src/doctor/verdict.js";

const found = [
  ok("program", "It runs."),
  unknown("rules", "Not seen."),
  problem("arrival", "Nothing came.", "Do it."),
  problem("connection", "Nobody came.", "Do that."),
];

describe("verdicts", () => {
  it("name the first missing step", () => {
    expect(describeFirstMissing("deye", found)).toBe(
      "Relay deye: the device's packets do not reach this host: Nothing came.",
    );
    expect(describeFirstMissing("deye", [problem("rp_filter", "It is strict.", "Loosen it.")])).toBe(
      "Relay deye: this host is not ready to lead devices here: It is strict.",
    );
    expect(describeFirstMissing("deye", found.slice(0, 2))).toBeUndefined();
  });

  it("tell a missing step from what was not seen", () => {
    expect(hasProblem(found)).toBe(true);
    expect(hasProblem(found.slice(0, 2))).toBe(false);
  });

  it("are all explained in the guide, in the order of the way", () => {
    const guide = readFileSync("docs/doctor.md", "utf8");
    const rows = [...guide.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, check]) => check ?? "");
    expect(rows.toSorted()).toEqual(ownChecks.toSorted());
  });
});
