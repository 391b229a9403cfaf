import { describe, expect, it } from "vitest";
import type { EpochMs } from "../../../src/model/time.js";
import {
  dayFileName,
  dayOf,
  endOfDay,
  exchangeName,
  isDayFolder,
  isRelayFolder,
  isSpoolFile,
} from "../../../src/sinks/spool/spool-names.js";

const at = Date.UTC(2026, 10, 21, 14, 20, 56, 123) as EpochMs;

describe("names in a spool", () => {
  it("are of UTC and sort by time", () => {
    expect(exchangeName(at, 1)).toBe("2026-11-21T14-20-56.123Z-000001");
    expect(dayOf(at)).toBe("2026-11-21");
    expect(endOfDay("2026-11-21")).toBe(Date.UTC(2026, 10, 22));
  });

  it("count the parts of a day from the second on", () => {
    expect(dayFileName("readings", "2026-11-21", 1, "jsonl")).toBe("readings-2026-11-21.jsonl");
    expect(dayFileName("readings", "2026-11-21", 2, "jsonl")).toBe("readings-2026-11-21-002.jsonl");
  });

  it.each([
    "2026-11-21T14-20-56.123Z-000001.xml",
    "2026-11-21T14-20-56.123Z-1000001.request.gz",
    "2026-11-21T14-20-56.123Z-000001.response.part",
    "readings-2026-11-21.jsonl",
    "readings-2026-11-21-002.jsonl.gz.part",
    "websentry-2026-11-21.raw-log.json",
  ])("takes %s for a spool's", (name) => expect(isSpoolFile(name)).toBe(true));

  it.each(["notes.txt", "readings.jsonl", "2026-11-21.xml", "readings-2026-11-21.csv", ".readings-2026-11-21.jsonl"])(
    "leaves %s to whom it belongs",
    (name) => expect(isSpoolFile(name)).toBe(false),
  );

  it("knows the folders of relays and of days", () => {
    expect(["roof", "pool_2", "a-b"].every(isRelayFolder)).toBe(true);
    expect(["..", "Roof", "lost+found"].some(isRelayFolder)).toBe(false);
    expect(isDayFolder("2026-11-21")).toBe(true);
    expect(["2026-13-41", "2026-11-21x", "today"].some(isDayFolder)).toBe(false);
  });
});
