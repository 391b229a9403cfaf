import { describe, expect, it } from "vitest";
import { setUpPage } from "./page-setup.js";

describe("what is noted for the page", () => {
  it("is told what passes, and saves at the end what must outlive it", () => {
    const { notes } = setUpPage();
    expect(notes.traffic).toEqual([notes.sessions, notes.disclosure]);
    expect(notes.parts).toEqual([notes.disclosure, notes.past?.history, notes.past?.energy]);
  });

  it("is no past where none is to be kept", () => {
    const { notes } = setUpPage({ web: { history_hours: 0 } });
    expect(notes.past).toBeUndefined();
    expect(notes.parts).toEqual([notes.disclosure]);
  });
});
