import { describe, expect, it } from "vitest";
import type { ClockNotes } from "../../../src/protocols/envoy/books.js";
import { expiryOf, isAhead, judgeClock } from "../../../src/protocols/envoy/freshness.js";
import { at, noon } from "./reports.js";

const fresh: ClockNotes = { offsetS: 0, offReports: 0 };

describe("judgeClock", () => {
  it.each([0, 599, 600, -600])("a report that took %i s is live", (delayS) => {
    expect(judgeClock(fresh, noon, at(noon + delayS), true)).toMatchObject({ live: true, shiftS: 0 });
  });

  it("an old report that is played again is not live", () => {
    expect(judgeClock(fresh, noon, at(noon + 601), true)).toMatchObject({ live: false, shiftS: 0 });
  });

  it("takes the Envoy's clock for wrong when three reports in a row are off by the same", () => {
    const offsetS = 4_000;
    let notes = fresh;
    const live = [0, 300, 600, 900].map((later) => {
      const clock = judgeClock(notes, noon + later, at(noon + later + offsetS + later / 100), true);
      notes = clock.notes;
      return clock.live ? clock.shiftS : false;
    });
    expect(live).toEqual([false, false, 4_006, 4_009]);
    expect(judgeClock(notes, noon + 600, at(noon + 90_000), false).live).toBe(false);
    expect(judgeClock(notes, noon + 1_200, at(noon + 1_200), true).notes.offReports).toBe(0);
  });

  it("does not take a backlog that is played at another pace for a wrong clock", () => {
    let notes = fresh;
    for (let report = 0; report < 20; report += 1) {
      const clock = judgeClock(notes, noon + report * 300, at(noon + 100_000 + report), true);
      expect(clock.live).toBe(false);
      notes = clock.notes;
    }
  });

  it("does not count a repeat as one more report", () => {
    let notes = fresh;
    for (let report = 0; report < 5; report += 1) notes = judgeClock(notes, noon, at(noon + 4_000), report === 0).notes;
    expect(notes.offReports).toBe(1);
  });
});

describe("expiryOf", () => {
  const clock = judgeClock(fresh, noon, at(noon), true);

  it("is 900 s after the datum", () => {
    expect(expiryOf(clock, noon - 20, noon, at(noon))).toBe(at(noon + 880));
  });

  it.each([
    ["older than 900 s at the report", noon - 901, noon],
    ["from the future", noon + 301, noon],
    ["expired on its way", noon - 500, noon + 400],
  ])("is not of a datum %s", (_name, datum, now) => {
    expect(expiryOf(clock, datum, noon, at(now))).toBeUndefined();
  });

  it("is by this host's clock where the Envoy's is off", () => {
    const off = { notes: { offsetS: 5_000, offReports: 3 }, live: true, shiftS: 5_000 };
    expect(expiryOf(off, noon - 20, noon, at(noon + 5_000))).toBe(at(noon + 5_880));
  });
});

it("isAhead: five minutes may be a matter of clocks", () => {
  expect([isAhead(noon + 300, noon), isAhead(noon + 301, noon)]).toEqual([false, true]);
});
