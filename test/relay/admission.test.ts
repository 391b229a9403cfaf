import { describe, expect, it } from "vitest";
import { Admission } from "../../src/relay/admission.js";
import { FakeClock } from "../support/fake-clock.js";
import { recordLog } from "../support/log-recorder.js";

function setUp() {
  const clock = new FakeClock();
  const logs = recordLog();
  return { clock, logs, admission: new Admission({ maxSessions: 3, maxSessionsPerAddress: 2 }, logs.log, clock) };
}

describe("admission", () => {
  it("refuses above the limit of an address and above the limit of all", () => {
    const { admission } = setUp();
    expect([admission.admit("a"), admission.admit("a"), admission.admit("a")]).toEqual([true, true, false]);
    expect([admission.admit("b"), admission.admit("c")]).toEqual([true, false]);
    expect(admission.open).toBe(3);
  });

  it("admits again when a session has left", () => {
    const { admission } = setUp();
    admission.admit("a");
    admission.admit("a");
    admission.leave("a");
    expect(admission.admit("a")).toBe(true);
    for (const address of ["a", "a"]) admission.leave(address);
    expect(admission.open).toBe(0);
  });

  it("warns at most once a minute, with the count since", () => {
    const { admission, clock, logs } = setUp();
    admission.admit("a");
    admission.admit("a");
    for (let i = 0; i < 5; i += 1) admission.admit("a");
    clock.advance(60_000);
    admission.admit("a");
    expect(logs.of("too many sessions", "warn")).toMatchObject([
      { refused: 1, address: "a", maxSessionsPerAddress: 2 },
      { refused: 5 },
    ]);
  });
});
