import { expect, it } from "vitest";
import { failed } from "../../../src/sinks/splunk/outcome.js";

it("a failure says how grave it is, what it is and what helps", () => {
  expect(failed("away", "a", "b")).toEqual({ type: "failed", grade: "away", reason: "a", hint: "b" });
});
