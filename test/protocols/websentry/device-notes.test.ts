import { describe, expect, it } from "vitest";
import type { EpochMs } from "../../../src/model/time.js";
import { DeviceNotes } from "../../../src/protocols/websentry/device-notes.js";

describe("device notes", () => {
  it("survive a restart", () => {
    const notes = new DeviceNotes();
    notes.admit(0x2501);
    notes.admit(0x0600);
    notes.ranges.set("humidity_setpoint", { min: 35, max: 85, step: 1 });
    notes.statistics.countRead("humidity", true, 9 as EpochMs);
    notes.reportOnce("odd");
    notes.temperatureUnit = "°C";
    notes.flags = 4;
    notes.undecodedMessages = 12;
    const facts = notes.toFacts();
    expect(facts.properties).toEqual(["0x0600", "0x2501"]);
    expect(new DeviceNotes(JSON.parse(JSON.stringify(facts))).toFacts()).toEqual(facts);
  });

  it("start empty from facts that make no sense", () => {
    const facts = {
      properties: 1,
      reported: [1],
      ranges: { a: [1, "x"] },
      statistics: [],
      temperature_unit: "K",
      flags: "x",
    };
    expect(new DeviceNotes(facts).toFacts()).toEqual(new DeviceNotes().toFacts());
  });

  it("keep at most 1024 properties", () => {
    const notes = new DeviceNotes();
    for (let id = 0; id < 5_000; id += 1) notes.admit(id);
    expect(notes.answered.size).toBe(1_024);
    expect([notes.admit(1_023), notes.admit(1_024)]).toEqual([true, false]);
  });

  it("tell an oddity once", () => {
    const notes = new DeviceNotes();
    expect([notes.reportOnce("odd"), notes.reportOnce("odd")]).toEqual([true, false]);
  });
});
