import { expect, it } from "vitest";
import type { DecodedItem } from "../../src/cli/decoded-sessions.js";
import { createFilter } from "../../src/cli/wanted-sessions.js";
import { capturedLeg, device, frameItem, fullFrame, shownAt, shownSession, undatedLeg } from "./shown-session.js";

const unnamed = { ...fullFrame, decoded: { ...fullFrame.decoded, seen: [], devices: [], readings: [] } };

function kindsShown(items: readonly DecodedItem[], isWanted: (item: DecodedItem) => boolean): readonly string[] {
  return items.filter(isWanted).map(({ type, session }) => `${type} ${session.number}`);
}

function story(session: ReturnType<typeof shownSession>): readonly DecodedItem[] {
  return [
    { type: "session", session },
    frameItem(session, unnamed),
    frameItem(session),
    { type: "end", session, at: shownAt, ending: "open" },
  ];
}

it("lets everything through where nothing is asked", () => {
  const items = story(shownSession(undatedLeg));
  expect(items.every(createFilter({}))).toBe(true);
});

it("shows one session", () => {
  const items = [...story(shownSession(undatedLeg)), ...story(shownSession(undatedLeg, { number: 2 }))];
  expect(kindsShown(items, createFilter({ session: 2 }))).toEqual(["session 2", "frame 2", "frame 2", "end 2"]);
});

it("shows sessions of a device from where it is named, by a note or a frame", () => {
  const items = [...story(shownSession(undatedLeg)), ...story(shownSession(capturedLeg, { number: 2 }))];
  const shown = kindsShown(items, createFilter({ device }));
  expect(shown).toEqual(["frame 1", "end 1", "session 2", "frame 2", "frame 2", "end 2"]);
  expect(kindsShown(items, createFilter({ device: "blueprint_9" }))).toEqual([]);
});
