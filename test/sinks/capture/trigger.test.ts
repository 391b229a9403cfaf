import { describe, expect, it } from "vitest";
import type { Direction } from "../../../src/model/session.js";
import type { EpochMs } from "../../../src/model/time.js";
import { Trigger } from "../../../src/sinks/capture/trigger.js";

const up = "device-to-cloud";
const down = "cloud-to-device";
const begin = 1_000_000 as EpochMs;
const at = (seconds: number): EpochMs => (begin + 1_000 * seconds) as EpochMs;
const device = "solarman_1";

function setUp() {
  const trigger = new Trigger({ threshold: 5, holdMs: 600_000 });
  return {
    trigger,
    note: (score: number, direction: Direction = up, now = begin, session = "s-1", kind = "garbage") =>
      trigger.note(session, device, { kind, direction, score }, now),
  };
}

describe("the flag of a device", () => {
  it("is raised by the anomaly that reaches the threshold", () => {
    const { note, trigger } = setUp();
    expect(note(4)).toBeUndefined();
    expect(trigger.flagOf(device, begin)).toBeUndefined();
    expect(note(1)).toEqual({ reason: "high incoming anomaly score 5 (garbage)", until: at(600) });
    expect(trigger.flagOf(device, begin)).toBeDefined();
  });

  it("is raised by each direction for itself", () => {
    const { note } = setUp();
    expect(note(4, up)).toBeUndefined();
    expect(note(4, down)).toBeUndefined();
    expect(note(1, down)).toMatchObject({ reason: "high outgoing anomaly score 5 (garbage)" });
  });

  it("is raised by one session, not by several together", () => {
    const { note, trigger } = setUp();
    expect(note(4, up, begin, "s-1")).toBeUndefined();
    expect(note(4, up, begin, "s-2")).toBeUndefined();
    trigger.forget("s-1");
    expect(note(4, up, begin, "s-1")).toBeUndefined();
  });

  it("expires by itself after its time", () => {
    const { note, trigger } = setUp();
    note(5);
    expect(trigger.flagOf(device, at(599))).toBeDefined();
    expect(trigger.flagOf(device, at(601))).toBeUndefined();
  });

  it("is renewed by any further anomaly that counts, in a later session too, and keeps its reason", () => {
    const { note, trigger } = setUp();
    note(5);
    trigger.forget("s-1");
    const renewed = note(1, down, at(500), "s-2", "bad_checksum");
    expect(renewed).toEqual({ reason: "high incoming anomaly score 5 (garbage)", until: at(1_100) });
    expect(note(0, down, at(1_000), "s-2")).toBeUndefined();
    expect(trigger.flagOf(device, at(1_099))).toBeDefined();
    expect(trigger.flagOf(device, at(1_101))).toBeUndefined();
  });

  it("needs the whole score again once it has expired and the session was forgotten", () => {
    const { note, trigger } = setUp();
    note(5);
    trigger.forget("s-1");
    expect(note(4, up, at(700))).toBeUndefined();
    expect(note(1, up, at(700))).toMatchObject({ until: at(1_300) });
  });

  it("is nobody else's", () => {
    const { note, trigger } = setUp();
    note(5);
    expect(trigger.flagOf("solarman_2", begin)).toBeUndefined();
  });

  it("is kept of so many at most, those that were raised last", () => {
    const { trigger } = setUp();
    const anomaly = { kind: "garbage", direction: up, score: 5 } as const;
    for (let number = 0; number < 20_100; number += 1) {
      trigger.note(`s-${number}`, `device ${number}`, anomaly, begin);
      trigger.forget(`s-${number}`);
    }
    expect(trigger.flagOf("device 99", begin)).toBeUndefined();
    expect(trigger.flagOf("device 100", begin)).toBeDefined();
    expect(trigger.flagOf("device 20099", begin)).toBeDefined();
  });

  it("names the kinds, the first few of many", () => {
    const { trigger } = setUp();
    const kinds = ["a", "b", "c", "d", "e", "f", "g"];
    for (const kind of kinds) trigger.note("s-1", device, { kind, direction: up, score: 0.5 }, begin);
    expect(trigger.note("s-1", device, { kind: "a", direction: up, score: 3 }, begin)?.reason).toBe(
      "high incoming anomaly score 6.5 (a, b, c, d, e and 2 more)",
    );
  });
});
