import { describe, expect, it } from "vitest";
import type { EpochMs } from "../../src/model/time.js";
import { createOffsets, localDay } from "../../src/runtime/time-zone.js";

const at = (text: string): EpochMs => Date.parse(text) as EpochMs;

describe("offsets of a time zone", () => {
  it("change with summer time to the second", () => {
    const berlin = createOffsets("Europe/Berlin");
    expect(berlin(at("2026-03-29T00:59:59Z"))).toBe(60);
    expect(berlin(at("2026-03-29T01:00:00Z"))).toBe(120);
    expect(berlin(at("2026-10-25T00:59:59Z"))).toBe(120);
    expect(berlin(at("2026-10-25T01:00:00Z"))).toBe(60);
  });

  it.each([
    ["UTC", "2026-06-01T12:00:00Z", 0],
    ["Asia/Kolkata", "2026-06-01T12:00:00Z", 330],
    ["America/St_Johns", "2026-01-01T12:00:00Z", -210],
    ["America/St_Johns", "2026-07-01T12:00:00Z", -150],
    ["Australia/Lord_Howe", "2026-01-01T12:00:00Z", 660],
    ["Australia/Lord_Howe", "2026-07-01T12:00:00Z", 630],
    ["Pacific/Kiritimati", "2026-07-01T23:59:59Z", 840],
    ["Pacific/Pago_Pago", "2026-07-01T00:00:01Z", -660],
  ])("knows %s at %s: %i minutes", (timezone, time, minutes) => {
    const offset = createOffsets(timezone);
    expect([offset(at(time)), offset(at(time))]).toEqual([minutes, minutes]);
  });

  it("remembers no more than it needs", () => {
    const berlin = createOffsets("Europe/Berlin");
    for (let day = 0; day < 400; day += 1) berlin((at("2026-01-01T12:00:00Z") + day * 86_400_000) as EpochMs);
    expect(berlin(at("2026-07-01T12:00:00Z"))).toBe(120);
  });

  it("are those of the host where no zone is named", () => {
    const host = createOffsets(undefined);
    const named = createOffsets(new Intl.DateTimeFormat().resolvedOptions().timeZone);
    for (const time of ["2026-01-01T12:00:00Z", "2026-07-01T12:00:00Z"]) expect(host(at(time))).toBe(named(at(time)));
  });

  it("are not made for a zone that nobody knows", () => {
    expect(() => createOffsets("Mars/Olympus")(at("2026-01-01T12:00:00Z"))).toThrow(RangeError);
  });
});

describe("days of a time zone", () => {
  it("begin there, not in UTC", () => {
    const berlin = createOffsets("Europe/Berlin");
    expect(localDay(Date.UTC(2026, 10, 20, 22, 59) as EpochMs, berlin)).toBe("2026-11-20");
    expect(localDay(Date.UTC(2026, 10, 20, 23, 0) as EpochMs, berlin)).toBe("2026-11-21");
    expect(localDay(Date.UTC(2026, 10, 21, 4, 0) as EpochMs, createOffsets("America/New_York"))).toBe("2026-11-20");
  });
});
