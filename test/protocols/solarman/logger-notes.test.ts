import { expect, it } from "vitest";
import type { JsonObject } from "../../../src/model/value.js";
import { LoggerNotes } from "../../../src/protocols/solarman/logger-notes.js";

it("comes back from disk as it was", () => {
  const notes = new LoggerNotes();
  notes.sensorType = 0x5408;
  notes.inputs = 2;
  notes.inverterSerial = "2305107146";
  notes.live = { totalS: 1, powerOnS: 2, offsetS: 3, recordCounter: 4 };
  notes.cloudZone = -300;
  notes.noteKeys(["power"]);
  notes.noteRecord(4, 0xbeef);
  const facts: JsonObject = JSON.parse(JSON.stringify(notes.toFacts()));
  const restored = new LoggerNotes(facts);
  expect(restored.toFacts()).toEqual(notes.toFacts());
  expect(restored.noteRecord(4, 0xbeef)).toBe(false);
  expect(restored.noteRecord(4, 0xbeee)).toBe(true);
});

it("knows nothing at first and from facts of another shape", () => {
  const strange = { sensor_type: "x", keys: 5, records: ["1"], live: [1], inputs: null };
  for (const notes of [new LoggerNotes(), new LoggerNotes(strange), new LoggerNotes({ live: { totalS: 1 } })]) {
    expect(notes.isKnown).toBe(false);
    expect(notes.live).toBeUndefined();
    expect(notes.toFacts()).toEqual({ keys: [], records: [] });
  }
});

it("remembers the newest records only, and no endless list of keys", () => {
  const notes = new LoggerNotes();
  for (let counter = 0; counter < 100; counter += 1) notes.noteRecord(counter, 0);
  expect(notes.noteRecord(99, 0)).toBe(false);
  expect(notes.noteRecord(0, 0)).toBe(true);
  notes.noteKeys(Array.from({ length: 1_000 }, (_, index) => `key${index}`));
  expect(notes.keys.size).toBe(128);
});
