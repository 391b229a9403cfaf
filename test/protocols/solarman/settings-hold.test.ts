import { expect, it } from "vitest";
import type { EpochMs } from "../../../src/model/time.js";
import { SettingsHold } from "../../../src/protocols/solarman/settings-hold.js";
import { start } from "./dialogue.js";

const minutes = (count: number): EpochMs => (start + count * 60_000) as EpochMs;

it("keeps a setting that was just read from being overwritten by a record that is older inside", () => {
  const hold = new SettingsHold();
  hold.note({ active_power_limit: 80 }, start);
  expect(hold.keepNewer({ active_power_limit: 100, power: 5 }, minutes(4))).toEqual({ power: 5 });
});

it("ends with the first record that agrees", () => {
  const hold = new SettingsHold();
  hold.note({ active_power_limit: 80 }, start);
  expect(hold.keepNewer({ active_power_limit: 80 }, minutes(5))).toEqual({ active_power_limit: 80 });
  expect(hold.keepNewer({ active_power_limit: 100 }, minutes(6))).toEqual({ active_power_limit: 100 });
});

it("ends after two intervals, for something else may have changed it", () => {
  const hold = new SettingsHold();
  hold.note({ active_power_limit: 80 }, start);
  expect(hold.keepNewer({ active_power_limit: 100 }, minutes(10))).toEqual({ active_power_limit: 100 });
});
