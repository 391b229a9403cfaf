import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Books, type Channel, channelOf, emptyBooks } from "../../../src/protocols/envoy/books.js";
import { countInterval, idNotes, joulesOf } from "../../../src/protocols/envoy/energy.js";
import { interval, noon } from "./reports.js";

const dayS = 86_400;

function open(): { books: Books; channel: Channel } {
  const books = emptyBooks();
  const channel = channelOf(books, "121.1");
  if (channel === undefined) throw new Error("expected a channel");
  return { books, channel };
}

describe("joulesOf", () => {
  it("is the one value", () => {
    expect(joulesOf(interval(1, { stats: [65_439] }))).toBe(65_439);
  });

  it.each([7, 8, 9])("E26: counts nothing of a list of %i", (count) => {
    expect(joulesOf(interval(1, { stats: new Array<number>(count).fill(5) }))).toBe("stats_unreadable");
  });

  it("refuses what no inverter can deliver", () => {
    expect(joulesOf(interval(1, { stats: [-1] }))).toBe("implausible_value");
    expect(joulesOf(interval(1, { stats: [2_000 * 300 + 1] }))).toBe("implausible_value");
  });
});

describe("countInterval", () => {
  it("E30: counts an interval once", () => {
    const { books, channel } = open();
    const counted = [1, 1, 1].map((id) => countInterval(books, channel, interval(id), 100));
    expect(counted).toEqual(["counted", "repeat", "repeat"]);
    expect([channel.joules, books.joules]).toEqual([100, 100]);
  });

  it("counts a known id again when its time is new: the Envoy began to count anew", () => {
    const { books, channel } = open();
    countInterval(books, channel, interval(1), 100);
    expect(countInterval(books, channel, interval(1, { endDate: noon + 300 }), 50)).toBe("counted-anew");
    expect(channel.joules).toBe(150);
  });

  it("leaves out a new id for a time that is covered", () => {
    const { books, channel } = open();
    countInterval(books, channel, interval(1, { intervalDurationS: 3_000 }), 100);
    expect(countInterval(books, channel, interval(2, { endDate: noon - 300 }), 50)).toBe("overlap");
    expect(channel.joules).toBe(100);
  });

  it("forgets nothing of what it counted though it keeps the times of two months only", () => {
    const { books, channel } = open();
    const days = Array.from({ length: 200 }, (_, day) => interval(day, { endDate: noon + day * dayS }));
    for (const day of days) countInterval(books, channel, day, 10);
    expect(channel.covered.length).toBeLessThanOrEqual(128);
    expect(books.intervalIds).toEqual([0, 200]);
    for (const day of days) expect(countInterval(books, channel, day, 10)).toBe("repeat");
    expect(countInterval(books, channel, interval(900, { endDate: noon - dayS }), 10)).toBe("counted");
  });

  it("adds up to the same in any order and with any repeats", () => {
    const all = Array.from({ length: 12 }, (_, index) =>
      interval(100 - index * 7, { endDate: noon + index * 300, stats: [index] }),
    );
    const expected = all.reduce((sum, { stats }) => sum + (stats[0] ?? 0), 0);
    fc.assert(
      fc.property(fc.shuffledSubarray([...all, ...all, ...all], { minLength: 36 }), (order) => {
        const { books, channel } = open();
        for (const one of order) countInterval(books, channel, one, one.stats[0] ?? 0);
        expect([channel.joules, books.joules]).toEqual([expected, expected]);
      }),
    );
  });
});

describe("idNotes", () => {
  it("E30: knows an id once it was seen, in this report or an earlier one", () => {
    const seen = { ids: [], newestAt: 0 };
    const first = idNotes(seen);
    expect([first(5, 100), first(4, 90), first(5, 100)]).toEqual([true, true, false]);
    const second = idNotes(seen);
    expect([second(5, 100), second(4, 90), second(6, 100)]).toEqual([false, false, true]);
    expect(seen).toEqual({ ids: [4, 7], newestAt: 100 });
  });

  it("takes a known id with a newer date for one of a new count", () => {
    const seen = { ids: [1, 50], newestAt: 100 };
    const isNew = idNotes(seen);
    expect([isNew(1, 101), isNew(2, 102), isNew(2, 102), isNew(3, 99)]).toEqual([true, true, false, false]);
  });
});
