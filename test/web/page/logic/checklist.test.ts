import { describe, expect, it } from "vitest";
import { checks } from "../../../../src/texts/en/checks.js";
import type { FindingView } from "../../../../src/web/api-types.js";
import { checkTitle, progressOf } from "../../../../src/web/page/logic/checklist.js";

const finding = (check: string, state: FindingView["state"]): FindingView => ({ check, state, found: "" });

describe("checklist", () => {
  it("names its steps; one that it does not know by its own name", () => {
    expect(checkTitle("connection", checks)).toBe("The device called");
    expect(checkTitle("brand_new", checks)).toBe("brand new");
    expect(checkTitle("toString", checks)).toBe("toString");
  });

  it("counts what is there, and names the first step that is missing", () => {
    const findings = [finding("program", "ok"), finding("name", "unknown"), finding("connection", "problem")];
    expect(progressOf(findings)).toEqual({ done: 1, count: 3, next: findings[2], isComplete: false });
  });

  it("names the first step that is not known where none is missing", () => {
    const findings = [finding("program", "ok"), finding("name", "unknown")];
    expect(progressOf(findings).next).toBe(findings[1]);
  });

  it("is complete when values are understood, whatever could not be looked at", () => {
    const findings = [finding("name", "unknown"), finding("decoded", "ok")];
    expect(progressOf(findings)).toEqual({ done: 1, count: 2, next: undefined, isComplete: true });
    expect(progressOf([...findings, finding("broker", "problem")]).isComplete).toBe(false);
    expect(progressOf([]).isComplete).toBe(false);
  });
});
