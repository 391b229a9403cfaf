import { expect, it } from "vitest";
import { DecodeProgress } from "../../src/cli/decode-progress.js";
import { FakeClock } from "../support/fake-clock.js";

const long = 100_000_000;

function rig(isShown = true) {
  const clock = new FakeClock();
  const lines: string[] = [];
  const progress = new DecodeProgress({ write: (text) => lines.push(text) }, clock, isShown);
  return { clock, lines, progress };
}

it("says four times a second how much of a long file is read, and how fast", () => {
  const { clock, lines, progress } = rig();
  progress.show("f", 1, long);
  for (let step = 1; step <= 100; step += 1) {
    clock.advance(10);
    progress.show("f", step * 250_000, long);
  }
  expect(lines).toHaveLength(4);
  expect(lines.at(-1)).toBe("\r\u001b[Kf: 25 %, 25.0 MB/s");
});

it("takes its line away, once, so that another may be written", () => {
  const { clock, lines, progress } = rig();
  progress.clear();
  progress.show("f", 1, long);
  clock.advance(300);
  progress.show("f", 2, long);
  progress.clear();
  progress.clear();
  expect(lines.slice(1)).toEqual(["\r\u001b[K"]);
});

it("begins anew with the next file", () => {
  const { clock, lines, progress } = rig();
  progress.show("f", 1, long);
  clock.advance(300);
  progress.show("g", 1, long);
  expect(lines).toEqual([]);
});

it.each([
  ["nobody looks", false, long],
  ["the file is short", true, 1000],
  ["its length is not known", true, undefined],
] as const)("says nothing where %s", (_why, isShown, bytes) => {
  const { clock, lines, progress } = rig(isShown);
  progress.show("f", 1, bytes);
  clock.advance(300);
  progress.show("f", 2, bytes);
  expect(lines).toEqual([]);
});
