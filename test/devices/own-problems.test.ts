import { describe, expect, it } from "vitest";
import { problemValues, programEntities, relayEntities } from "../../src/devices/own-problems.js";
import type { DeviceId } from "../../src/model/device.js";
import type { Problem } from "../../src/model/problem.js";

function problem(text: string, more: Partial<Problem> = {}): Problem {
  return { code: "relay_silent", severity: "error", facts: {}, text, remedy: "Do something.", ...more };
}

describe("problems as Home Assistant sees them", () => {
  it("are none where all is well", () => {
    expect(problemValues(["roof"], [])).toEqual({
      ...{ problem: false, problem_detail: null, relay_roof_problem: false, relay_roof_detail: null },
    });
  });

  it("belong to a relay, also where they are a device's, or to the program", () => {
    const device = "envoy_1" as DeviceId;
    const values = problemValues(
      ["roof", "pool"],
      [problem("It is encrypted.", { relay: "roof", device }), problem("The disk is full.")],
    );
    expect(values).toEqual({
      ...{ problem: true, problem_detail: "The disk is full. Do something." },
      ...{ relay_roof_problem: true, relay_roof_detail: "It is encrypted. Do something." },
      ...{ relay_pool_problem: false, relay_pool_detail: null },
    });
  });

  it("are not what may pass by itself", () => {
    const warning = { severity: "warning" } as const;
    const warnings = [problem("Wait.", { ...warning, relay: "roof" }), problem("Wait.", warning)];
    expect(problemValues(["roof"], warnings)).toMatchObject({ problem: false, relay_roof_problem: false });
  });

  it("are told one after the other, as far as Home Assistant takes them", () => {
    const several = [problem("One.", { relay: "roof" }), problem("Two.", { relay: "roof" })];
    expect(problemValues(["roof"], several).relay_roof_detail).toBe("One. Two.");
    const long = problemValues([], [problem("x".repeat(300))]).problem_detail;
    expect(String(long)).toHaveLength(255);
    expect(String(long)).toMatch(/x…$/);
  });

  it("have keys of their own, however relays are called", () => {
    const relays = ["a", "a_problem", "a_detail", "a_problem_detail", "problem", "detail"];
    const keys = [...programEntities, ...relays.flatMap(relayEntities)].map(({ key }) => key);
    expect(new Set(keys).size).toBe(2 + 2 * relays.length);
    expect(Object.keys(problemValues(relays, [])).toSorted()).toEqual(keys.toSorted());
  });
});
