import { expect, it } from "vitest";
import { UnnamedHistory } from "../../src/cli/unnamed-history.js";
import type { EpochMs } from "../../src/model/time.js";
import type { Values } from "../../src/model/value.js";
import { device } from "./shown-session.js";

function historyOf(readings: readonly Values[]): UnnamedHistory {
  const history = new UnnamedHistory();
  for (const [index, values] of readings.entries()) {
    const at = (index * 1000) as EpochMs;
    history.take({ device, measuredAt: index === 0 ? undefined : at, receivedAt: at, live: true, values });
  }
  return history;
}

it("W25: gives the values that have no name, each with the times at which it changed", () => {
  const history = historyOf([
    { prop_0x2100: 4, humidity: 1 },
    { unknown_0x41: "a" },
    { prop_0x2100: 4 },
    { prop_0x2100: null },
  ]);
  expect(history.toText()).toBe(`--- unnamed prop_0x2100 of blueprint_1
       1970-01-01T00:00:00.000Z  4
       1970-01-01T00:00:03.000Z  unknown
--- unnamed unknown_0x41 of blueprint_1
       1970-01-01T00:00:01.000Z  a
`);
  expect(history.toJson().split("\n")[0]).toBe(
    '{"type":"unnamed","device":"blueprint_1","key":"prop_0x2100","values":[{"time":"1970-01-01T00:00:00.000Z","value":4},{"time":"1970-01-01T00:00:03.000Z","value":null}]}',
  );
});

it("holds only so many changes, and says how many there were more", () => {
  const history = historyOf(Array.from({ length: 1005 }, (_, index) => ({ prop_0x2100: index })));
  expect(history.toText().trimEnd().split("\n")).toHaveLength(1002);
  expect(history.toText()).toContain("       and 5 more changes\n");
  expect(history.toJson()).toContain('"untold":5}');
});

it("is empty where all is named", () => {
  expect(historyOf([{ humidity: 1 }]).toText()).toBe("");
  expect(historyOf([{ humidity: 1 }]).toJson()).toBe("");
});
