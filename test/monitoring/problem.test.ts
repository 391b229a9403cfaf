import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../src/model/device.js";
import type { EpochMs } from "../../src/model/time.js";
import { createProblem } from "../../src/monitoring/problem.js";

describe("a problem in words", () => {
  it("has its facts in its sentences, and whose it is beside them", () => {
    const since = Date.UTC(2026, 10, 21, 14, 5, 59) as EpochMs;
    const place = { relay: "deye", device: "solarman_1" as DeviceId, since };
    expect(createProblem("device_offline", { device: "Deye 1", since }, place)).toEqual({
      ...{ code: "device_offline", severity: "error", facts: { device: "Deye 1", since }, ...place },
      text: "Deye 1 has not reported since 2026-11-21 14:05 UTC.",
      remedy: "Is it on and in its network? Restart it; cloudtap doctor looks at each step of its way.",
    });
  });

  it("ends in one dot, whatever others say", () => {
    expect(createProblem("store_failed", { detail: "The disk is full. " }).text).toBe(
      "What must outlive a restart cannot be written: The disk is full.",
    );
  });

  it("takes what others say as it is", () => {
    const error = "{relay} $& toString";
    const { text } = createProblem("relay_failed", { relay: "roof", error });
    expect(text).toBe(`The relay roof does not listen: ${error}.`);
  });

  it("leaves a gap where a fact is missing", () => {
    expect(createProblem("splunk_problem", {}).text).toContain("{detail}");
  });

  it("is as grave as its kind, unless that is told otherwise", () => {
    expect(createProblem("relay_waiting", { relay: "deye", port: 10_000 })).not.toHaveProperty("since");
    expect(createProblem("relay_waiting", {}).severity).toBe("warning");
    expect(createProblem("device_offline", {}, { severity: "warning" }).severity).toBe("warning");
  });
});
