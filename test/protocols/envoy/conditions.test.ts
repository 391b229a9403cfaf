import { describe, expect, it } from "vitest";
import { emptyBooks } from "../../../src/protocols/envoy/books.js";
import {
  applyEvent,
  compareEvents,
  hasProblem,
  isAgeing,
  isSleeping,
  openConditions,
} from "../../../src/protocols/envoy/conditions.js";
import type { EventElement } from "../../../src/protocols/envoy/report.js";
import { localTime } from "../../../src/protocols/envoy/time-text.js";
import { eqid, event, noon } from "./reports.js";

const local = localTime("UTC");

function openAfter(...events: readonly EventElement[]): readonly string[] {
  const books = emptyBooks();
  for (const one of events) applyEvent(books, one);
  return [...openConditions(books)].flatMap(([serial, open]) => open.map(({ code }) => `${serial} ${code}`));
}

function problem(code: number, ageS: number, nowS = noon): boolean {
  return hasProblem([{ code, at: nowS - ageS, id: 1, open: true }], nowS, local);
}

describe("conditions", () => {
  it("begin with state 2 and end with state 1", () => {
    expect(openAfter(event(1))).toEqual(["121 10009"]);
    expect(openAfter(event(1), event(2, { state: 1, correlationId: 1, date: noon }))).toEqual([]);
  });

  it("end without a known beginning, and do not begin with state 0", () => {
    expect(openAfter(event(2, { state: 1, correlationId: 1 }))).toEqual([]);
    expect(openAfter(event(2, { state: 0 }))).toEqual([]);
  });

  it("are closed from the start where the beginning names its end", () => {
    expect(openAfter(event(104110, { correlationId: 104171 }))).toEqual([]);
    expect(openAfter(event(104110, { correlationId: 104100 }))).toEqual(["121 10009"]);
  });

  it("are decided by the newest event, whatever comes last", () => {
    expect(openAfter(event(9, { state: 1, date: noon }), event(3, { date: noon - 1 }))).toEqual([]);
    expect(openAfter(event(9, { date: noon }), event(3, { state: 1, date: noon }))).toEqual(["121 10009"]);
  });

  it("of a channel belong to its inverter; codes stand for themselves", () => {
    const open = openAfter(
      event(1),
      event(2, { code: 101, eqid: eqid("121.1") }),
      event(3, { code: 77, eqid: eqid("122") }),
    );
    expect(open).toEqual(["121 10009", "121 101", "122 77"]);
  });

  it("are bounded in number", () => {
    const books = emptyBooks();
    for (let id = 0; id < 6_000; id += 1) applyEvent(books, event(id, { code: id, state: id < 3_000 ? 1 : 2 }));
    expect(books.conditions.size).toBeLessThanOrEqual(4_096);
    expect(openConditions(books).get("121")?.length).toBe(3_000);
  });
});

it("compareEvents: by date, then by id", () => {
  const ids = [event(104110, { date: 5 }), event(104109, { date: 5 }), event(200000, { date: 1 })].sort(compareEvents);
  expect(ids.map(({ id }) => id)).toEqual([200000, 104109, 104110]);
});

describe("a problem", () => {
  it.each([
    [10000, 0, true],
    [4711, 0, true],
    [10009, 9_999, false],
    [512, 9_999, false],
    [101, 1_800, false],
    [101, 1_801, true],
  ])("code %i open for %i s: %s", (code, ageS, expected) => {
    expect(problem(code, ageS)).toBe(expected);
  });

  it("is not grid instability at night or while the inverter sleeps", () => {
    expect(problem(101, 5_000, noon + 8 * 3_600)).toBe(false);
    const open = [101, 10009].map((code) => ({ code, at: 0, id: 1, open: true }));
    expect([isSleeping(open), hasProblem(open, noon, local)]).toEqual([true, false]);
  });
});

it("isAgeing: of the known codes grid instability alone", () => {
  const ageing = [101, 509, 512, 10000, 10009, 4711].filter((code) => isAgeing({ code, at: 0, id: 1, open: true }));
  expect(ageing).toEqual([101]);
});
