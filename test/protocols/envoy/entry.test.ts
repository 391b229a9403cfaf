import { expect, it } from "vitest";
import { channelLimit, emptyBooks } from "../../../src/protocols/envoy/books.js";
import { isNewer, laterTime, note, touchChannel, touchInverter } from "../../../src/protocols/envoy/entry.js";
import { at, entryOf, eqid, noon, report } from "./reports.js";

it("an id without a channel, and channel 0, mean the first", () => {
  const entry = entryOf(report());
  expect(touchChannel(entry, eqid("121"))).toBe(touchChannel(entry, eqid("121.1")));
  expect(touchChannel(entry, eqid("121.0"))).toBe(touchChannel(entry, eqid("121.1")));
  expect(touchChannel(entry, eqid("121.2"))).not.toBe(touchChannel(entry, eqid("121.1")));
  expect([...entry.touched]).toEqual(["121"]);
});

it("counts what is one too many", () => {
  const books = emptyBooks();
  for (let number = 0; number < channelLimit; number += 1) books.inverters.set(String(number), {});
  const entry = entryOf(report(), noon, books);
  expect([touchInverter(entry, "99999"), touchChannel(entry, eqid("99999.1"))]).toEqual([false, undefined]);
  note(entry, "too_many_inverters");
  expect(entry.tally).toEqual(new Map([["too_many_inverters", 3]]));
});

it("never goes back in time, except from a time that a jump of the clock had made", () => {
  const entry = entryOf(report());
  const shown = { at: noon - 100, expiresAt: at(noon + 800) };
  expect([isNewer(entry, shown, noon - 99), isNewer(entry, shown, noon - 100), isNewer(entry, undefined, 5)]).toEqual([
    true,
    false,
    true,
  ]);
  expect(isNewer(entry, { at: noon + 99_999, expiresAt: at(noon + 99_999) }, noon)).toBe(true);
  expect(isNewer(entry, { ...shown, expiresAt: at(noon) }, noon - 500)).toBe(true);
  expect([
    laterTime(entry, noon - 5, noon - 9),
    laterTime(entry, noon + 99_999, noon),
    laterTime(entry, undefined, 3),
  ]).toEqual([noon - 5, noon, 3]);
});
