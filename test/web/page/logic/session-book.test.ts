import { describe, expect, it } from "vitest";
import type { SessionView } from "../../../../src/web/api-types.js";
import { SessionBook } from "../../../../src/web/page/logic/session-book.js";

function session(id: string, openedAt: number, closedAt?: number): SessionView {
  const closed =
    closedAt === undefined ? {} : { closed: { at: closedAt, by: "device" as const, how: "fin", detail: "" } };
  return {
    ...{ id, relay: "roof", protocol: "solarman", devices: [], openedAt, frames: 0, anomalies: 0, lastByteAt: 0 },
    ...closed,
  };
}

const ids = (sessions: readonly SessionView[]) => sessions.map(({ id }) => id);

describe("book of sessions", () => {
  it("lists the open ones, the newest first, and the closed ones by their end", () => {
    const book = new SessionBook();
    book.read({ open: [session("a", 1), session("b", 2)], openCount: 5, closed: [session("x", 1, 3)] });
    book.tell(session("c", 3));
    expect([ids(book.open), book.openCount]).toEqual([["c", "b", "a"], 6]);
    book.tell(session("a", 1, 9));
    expect([ids(book.open), ids(book.closed), book.openCount]).toEqual([["c", "b"], ["a", "x"], 5]);
  });

  it("takes the newest of what it is told of a session", () => {
    const book = new SessionBook();
    book.tell(session("a", 1));
    book.tell({ ...session("a", 1), frames: 7 });
    expect([book.open[0]?.frames, book.openCount]).toEqual([7, 1]);
  });

  it("opens no session again that is closed", () => {
    const book = new SessionBook();
    book.tell(session("a", 1, 2));
    book.tell(session("a", 1));
    expect([ids(book.open), ids(book.closed), book.openCount]).toEqual([[], ["a"], 0]);
  });

  it("holds no more than are shown", () => {
    const book = new SessionBook();
    for (let count = 0; count < 300; count += 1) {
      book.tell(session(`open-${count}`, count));
      book.tell(session(`closed-${count}`, count, count));
    }
    expect([book.open.length, book.openCount, book.closed.length]).toEqual([200, 300, 100]);
    expect([book.open[0]?.id, book.closed[0]?.id]).toEqual(["open-299", "closed-299"]);
  });

  it("begins anew with what is read", () => {
    const book = new SessionBook();
    book.tell(session("a", 1));
    book.read({ open: [], openCount: 0, closed: [] });
    expect([ids(book.open), book.openCount]).toEqual([[], 0]);
  });
});
