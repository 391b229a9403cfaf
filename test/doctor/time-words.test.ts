import { describe, expect, it } from "vitest";
import { describeAge, describeSpan } from "../../src/doctor/time-words.js";
import { minutesAgo, now } from "./sample-facts.js";

describe("spans of time", () => {
  it.each([
    [0, "0 s"],
    [-5_000, "0 s"],
    [90_000, "90 s"],
    [300_000, "5 min"],
    [3 * 3_600_000, "3 h"],
    [47 * 3_600_000, "47 h"],
    [72 * 3_600_000, "3 d"],
  ])("%d ms is %s", (ms, text) => {
    expect(describeSpan(ms)).toBe(text);
  });

  it("say how long ago something was", () => {
    expect(describeAge(minutesAgo(5), now)).toBe("5 min ago");
  });
});
