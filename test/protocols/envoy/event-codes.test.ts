import { expect, it } from "vitest";
import { eventCode, eventCodes, eventTypes } from "../../../src/protocols/envoy/event-codes.js";

it.each([
  [101, "grid_instability", "grid instability"],
  [509, "power_on_reset", "power on reset"],
  [512, "dc_power_too_low", "DC power too low"],
  [10000, "failed_to_report", "microinverter failed to report"],
  [10009, "sleeping", "microinverter sleeping"],
])("E28: %i is %s", (code, type, text) => {
  expect(eventCode(code)).toMatchObject({ type, text });
});

it("E28: a code that nobody has published stays a number", () => {
  expect(eventCode(102)).toBeUndefined();
});

it("names only event types that are announced, each code once", () => {
  expect(eventCodes.every(({ type }) => eventTypes.includes(type))).toBe(true);
  expect(new Set(eventCodes.map(({ code }) => code)).size).toBe(eventCodes.length);
});
