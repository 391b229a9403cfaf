import { describe, expect, it } from "vitest";
import { createFaultLog } from "../../src/web/fault-log.js";
import { recordLog } from "../support/log-recorder.js";

describe("faults of routes", () => {
  it("are said once a route, and counted quietly from then on", () => {
    const { log, of } = recordLog();
    const fault = createFaultLog(log);
    for (const route of ["GET /a", "GET /a", "GET /b", "GET /a"]) fault(route, new Error("broken"));
    expect(of("request failed", "error").map(({ route }) => route)).toEqual(["GET /a", "GET /b"]);
    expect(of("request failed").map(({ failures }) => failures)).toEqual([1, 2, 1, 3]);
  });
});
