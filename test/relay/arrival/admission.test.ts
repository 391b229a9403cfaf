import { describe, expect, it } from "vitest";
import type { BusMessage } from "../../../src/model/ports.js";
import { Admission } from "../../../src/relay/arrival/admission.js";
import { createBus } from "../../../src/runtime/bus.js";
import { FakeClock } from "../../support/fake-clock.js";
import { recordLog } from "../../support/log-recorder.js";

function setUp() {
  const clock = new FakeClock();
  const logs = recordLog();
  const bus = createBus(logs.log);
  const turnedAway: BusMessage[] = [];
  bus.subscribe("test", (message) => turnedAway.push(message));
  const limits = { relay: "roof", maxSessions: 3, maxSessionsPerAddress: 2 };
  return { clock, logs, turnedAway, admission: new Admission(limits, logs.log, { clock, bus }) };
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
    expect(logs.of("connection turned away", "warn")).toMatchObject([
      { refused: 1, address: "a", reason: "too many sessions of one address: max_sessions_per_address is 2" },
      { refused: 5 },
    ]);
  });

  it("turns away who is not served whatever the limits, and tells and counts it", () => {
    const { admission, turnedAway, clock } = setUp();
    expect(admission.admit("a", "not a device")).toBe(false);
    expect(admission.open).toBe(0);
    expect(admission.turnedAway).toBe(1);
    expect(turnedAway).toEqual([
      { type: "turned-away", relay: "roof", address: "a", reason: "not a device", at: clock.now() },
    ]);
  });
});
