import { describe, expect, it } from "vitest";
import type { EpochMs } from "../../../src/model/time.js";
import { DeviceNotes } from "../../../src/protocols/websentry/device-notes.js";
import { idsOf } from "../../../src/protocols/websentry/property-table.js";
import {
  mostInQuery,
  planQuestions,
  unknownSettings,
  writableIds,
} from "../../../src/protocols/websentry/question-plan.js";

const now = Date.UTC(2026, 5, 21) as EpochMs;
const nothing = new Set<number>();
/** A unit that was read as a whole and has nothing new. */
const known = (): DeviceNotes => new DeviceNotes({ flags: 7, settings_read: true });

describe("the questions in the cloud's place", () => {
  it("begin with identity and sensors as the vendor's cloud asks, then outputs, status and what can be written", () => {
    const plan = planQuestions(known(), { flagsBefore: 7, asked: nothing }, now);
    expect(plan.slice(0, 4)).toEqual([idsOf("identity"), idsOf("sensors"), idsOf("outputs"), idsOf("status")]);
    expect(plan.slice(4)).toEqual([writableIds]);
  });

  it.each([
    ["a unit that is new here", new DeviceNotes({ flags: 7 }), 7],
    ["flags below 7", new DeviceNotes({ flags: 6, settings_read: true }), 6],
    ["flags that changed", known(), 4],
    ["no flags of before", known(), undefined],
  ])("go through all settings for %s, 32 at a time", (_why, notes, flagsBefore) => {
    const plan = planQuestions(notes, { flagsBefore, asked: nothing }, now);
    expect(plan.every((ids) => ids.length <= mostInQuery)).toBe(true);
    const asked = plan.flat();
    expect(new Set(asked).size).toBe(asked.length);
    expect(idsOf("settings").filter((id) => !asked.includes(id))).toEqual([]);
  });

  it("leave out what was asked already, by whomever", () => {
    const asked = new Set([...idsOf("identity"), ...idsOf("sensors").slice(0, 3)]);
    const plan = planQuestions(known(), { flagsBefore: 7, asked }, now);
    expect(plan[0]).toEqual(idsOf("sensors").slice(3));
    expect(plan[1]).toEqual(idsOf("outputs"));
  });

  it("ask for what the unit does not have once a day", () => {
    const notes = known();
    const [first = 0] = writableIds;
    notes.absent.set(first, now);
    const later = (ms: number) =>
      planQuestions(notes, { flagsBefore: 7, asked: nothing }, (now + ms) as EpochMs).flat();
    expect(later(86_399_999)).not.toContain(first);
    expect(later(86_400_000)).toContain(first);
  });
});

describe("settings that the cloud does not read often enough", () => {
  it("are asked for while their value or range is unknown, or there is news, at most one query of them", () => {
    const notes = known();
    expect(unknownSettings(notes, () => undefined)).toEqual(writableIds);
    for (const key of ["humidity_setpoint", "room_temp_setpoint"]) notes.ranges.set(key, { min: 1, max: 2, step: 1 });
    const values = (key: string) => (key.includes("setpoint") ? 1 : undefined);
    expect(unknownSettings(notes, values)).not.toContain(0x2501);
    expect(unknownSettings(notes, values)).toContain(0x2502);
    expect(writableIds.length).toBeLessThanOrEqual(mostInQuery);
    expect(unknownSettings(notes, () => null)).not.toContain(0x2501);
    expect(unknownSettings(notes, () => null)).toContain(0x1162);
    notes.flags = 6;
    expect(unknownSettings(notes, values)).toContain(0x2501);
  });
});
