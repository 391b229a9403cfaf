import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeStatus, type ProgramStatus, parseStatus } from "../../src/doctor/status.js";
import type { JsonValue } from "../../src/model/value.js";
import { caller, device, minutesAgo, status } from "./sample-facts.js";

const full: ProgramStatus = {
  ...status,
  callers: [
    caller,
    {
      ...caller,
      encrypted: { since: minutesAgo(5), target: "cloud", reason: "alert" },
      turnedAway: { count: 1, reason: "too many sessions", at: minutesAgo(4) },
    },
  ],
  splices: [{ relay: "deye", address: device, target: "cloud", since: minutesAgo(5), reason: "alert" }],
  intercept: {
    ...{ mode: "redirect", state: "failed", since: minutesAgo(1), reason: "no right", counters: [] },
    findings: [{ check: "capability", state: "problem", found: "It lacks a right.", remedy: "Give it." }],
  },
  dns: {
    ...{ state: "failed", error: "port 53 is in use" },
    asked: [{ address: device, name: "cloud", at: minutesAgo(2), times: 3 }],
  },
  failing: ["no relay listens"],
};

/** Replaces what stands at a path. */
function changed(value: JsonValue, path: readonly (string | number)[], by: JsonValue): JsonValue {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((entry, index) => (index === key ? changed(entry, rest, by) : entry));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [name, name === key ? changed(entry, rest, by) : entry]),
  );
}

describe("the status of the running program", () => {
  it.each([
    ["short", status],
    ["full", full],
  ])("comes through the local socket as it was: %s", (_title, given) => {
    const line: JsonValue = JSON.parse(JSON.stringify(encodeStatus(given)));
    expect(parseStatus(line)).toEqual({ type: "status", status: given });
  });

  it("leaves out what a newer version adds", () => {
    const newer = { ...Object(encodeStatus(status)), weather: "fair" };
    expect(parseStatus(newer)).toEqual({ type: "status", status });
  });

  it.each([
    [["relays", 0, "status"], "asleep", "expected one of waiting, active, silent, failed at status.relays[0].status"],
    [["callers", 0, "lastAt"], "now", "expected a number at status.callers[0].lastAt"],
    [["intercept", "counters", 0, "family"], 5, "expected one of 4, 6 at status.intercept.counters[0].family"],
  ])("of another version is not taken for what it is not: %j", (path, by, detail) => {
    const odd = changed(encodeStatus(status), path, by);
    expect(parseStatus(odd)).toEqual({ type: "unreadable", detail, version: "1.2.3" });
  });

  it("never throws", () => {
    const json = fc.jsonValue().map((value): JsonValue => JSON.parse(JSON.stringify(value)));
    fc.assert(
      fc.property(json, (value) => {
        expect(parseStatus(value).type).toBe("unreadable");
      }),
    );
    const keys = Object.keys(full);
    fc.assert(
      fc.property(fc.constantFrom(...keys), json, (key, value) => {
        expect(["status", "unreadable"]).toContain(parseStatus(changed(encodeStatus(full), [key], value)).type);
      }),
    );
  });
});
