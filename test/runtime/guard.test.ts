import { describe, expect, it } from "vitest";
import { Guard } from "../../src/runtime/guard.js";
import { recordLog } from "../support/log-recorder.js";

function fail(): never {
  throw new Error("broken");
}

describe("guard", () => {
  it("gives back what the action gave", () => {
    const guard = new Guard(recordLog().log, "decoder");
    expect(guard.run(() => 42)).toBe(42);
    expect(guard.failures).toBe(0);
  });

  it("stops what is thrown, counts it and reports it once", () => {
    const { log, of } = recordLog();
    const guard = new Guard(log, "decoder");
    expect(guard.run(fail)).toBeUndefined();
    guard.run(fail);
    expect(guard.failures).toBe(2);
    expect(of("internal fault", "error")).toMatchObject([{ barrier: "decoder", err: { message: "broken" } }]);
    expect(of("internal fault")).toHaveLength(2);
  });
});
