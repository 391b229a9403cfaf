import { expect, it } from "vitest";
import type { EpochUs } from "../../src/model/recording.js";
import type { EpochMs } from "../../src/model/time.js";
import { isoTime, isoTimeUs } from "../../src/runtime/iso-time.js";

it("writes times in UTC, with microseconds where they are known", () => {
  expect(isoTime(1 as EpochMs)).toBe("1970-01-01T00:00:00.001Z");
  expect(isoTimeUs(1_000_002 as EpochUs)).toBe("1970-01-01T00:00:01.000002Z");
  expect(isoTimeUs(-1 as EpochUs)).toBe("1969-12-31T23:59:59.999999Z");
});

it("has no text for what no calendar reaches", () => {
  expect(isoTime(1e300 as EpochMs)).toBeNull();
  expect(isoTime(Number.NaN as EpochMs)).toBeNull();
  expect(isoTime(undefined)).toBeNull();
  expect(isoTimeUs(1e300 as EpochUs)).toBeNull();
});
