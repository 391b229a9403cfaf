import { describe, expect, it } from "vitest";
import type { EntityDescription } from "../../../../src/model/entity.js";
import { canBeAnnounced, controlKeys } from "../../../../src/sinks/mqtt/homeassistant/controls.js";

const words = ["True", "False"] as const;

function entity(platform: EntityDescription["platform"], more: Partial<EntityDescription> = {}): EntityDescription {
  return { key: "it", platform, name: "It", ...more };
}

describe("what can be written", () => {
  it("is a number within the limits that the device told", () => {
    const range = { min: 10, max: 100, step: 5 };
    expect(controlKeys(entity("number", { range, unit: "%" }), "t", words)).toEqual({
      ...{ command_topic: "t", qos: 1, unit_of_measurement: "%", min: 10, max: 100, step: 5, mode: "box" },
    });
  });

  it("is not announced while a number's limits are unknown, or none that Home Assistant takes", () => {
    const ranges = [
      undefined,
      { min: 5, max: 4, step: 1 },
      { min: 0, max: 1, step: 0 },
      { min: 0, max: 1, step: 0.0001 },
      { min: 0, max: Number.POSITIVE_INFINITY, step: 1 },
      { min: Number.NaN, max: 1, step: 1 },
    ];
    for (const range of ranges) expect(canBeAnnounced(entity("number", range && { range }))).toBe(false);
    expect(canBeAnnounced(entity("number", { range: { min: 5, max: 5, step: 0.001 } }))).toBe(true);
  });

  it("is one of a select's options, each once and none that means unknown", () => {
    const mode = entity("select", { options: ["auto", "None", "manual", "auto", ""] });
    expect(controlKeys(mode, "t", words)).toEqual({ command_topic: "t", qos: 1, options: ["auto", "manual"] });
    expect(canBeAnnounced(mode)).toBe(true);
    expect(canBeAnnounced(entity("select", { options: ["none"] }))).toBe(false);
    expect(canBeAnnounced(entity("select"))).toBe(false);
  });

  it("switches with the words in which its state is told", () => {
    expect(controlKeys(entity("switch"), "t", ["run", "stop"])).toEqual({
      ...{ command_topic: "t", qos: 1, payload_on: "run", payload_off: "stop", state_on: "run", state_off: "stop" },
    });
  });

  it("is pressed, where it is a button", () => {
    expect(controlKeys(entity("button"), "t", words)).toEqual({ command_topic: "t", qos: 1, payload_press: "PRESS" });
  });

  it("is not shown as a text, and nothing can be written that is only read", () => {
    expect(canBeAnnounced(entity("text"))).toBe(false);
    for (const platform of ["text", "sensor", "binary_sensor"] as const)
      expect(controlKeys(entity(platform), "t", words)).toEqual({});
    expect(canBeAnnounced(entity("sensor"))).toBe(true);
  });
});
