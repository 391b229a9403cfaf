import { describe, expect, it } from "vitest";
import { Scope } from "../../../../src/web/page/logic/scope.js";

describe("scope", () => {
  it("undoes everything once, the newest first", () => {
    const undone: string[] = [];
    const scope = new Scope();
    scope.add(() => undone.push("first"));
    scope.add(() => undone.push("second"));
    expect(scope.hasEnded).toBe(false);
    scope.end();
    scope.end();
    expect(undone).toEqual(["second", "first"]);
    expect(scope.hasEnded).toBe(true);
  });

  it("undoes at once what comes after its end", () => {
    const undone: string[] = [];
    const scope = new Scope();
    scope.end();
    scope.add(() => undone.push("late"));
    expect(undone).toEqual(["late"]);
  });
});
