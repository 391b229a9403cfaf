import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../../src/model/device.js";
import type { EpochMs } from "../../../src/model/time.js";
import { encodeReadingLine } from "../../../src/sinks/spool/reading-line.js";
import { sessionOf } from "./spool-setup.js";

const session = sessionOf("s-1", "roof", "solarman");
const reading = {
  ...{ device: "solarman_1" as DeviceId, receivedAt: 1_000 as EpochMs, live: false },
  values: { power: 5, state: "on", fault: null },
};

describe("line of a reading", () => {
  it("says when it was measured, when it came, and all values", () => {
    const line = encodeReadingLine(session, { ...reading, measuredAt: 0 as EpochMs });
    expect(line.endsWith("}\n")).toBe(true);
    expect(JSON.parse(line)).toEqual({
      time: "1970-01-01T00:00:00.000Z",
      received: "1970-01-01T00:00:01.000Z",
      device: "solarman_1",
      relay: "roof",
      protocol: "solarman",
      live: false,
      values: { power: 5, state: "on", fault: null },
    });
  });

  it("has no time where none is known, or one that no calendar has", () => {
    for (const measuredAt of [undefined, Number.NaN as EpochMs, 1e300 as EpochMs]) {
      expect(JSON.parse(encodeReadingLine(session, { ...reading, measuredAt }))).toMatchObject({ time: null });
    }
  });
});
