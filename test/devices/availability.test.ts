import { describe, expect, it } from "vitest";
import { type Availability, availabilityAt, type SignsOfLife } from "../../src/devices/availability.js";
import { createLocalHour } from "../../src/devices/local-hour.js";
import type { SleepRule } from "../../src/model/device.js";
import type { EpochMs } from "../../src/model/time.js";

const minute = 60_000;
const localHour = createLocalHour();
const solar: SleepRule = { availableAsleep: false, powerKey: "power", lowPowerW: 5 };
const behindGateway: SleepRule = { ...solar, availableAsleep: true };
const inBerlin: SleepRule = { ...solar, timezone: "Europe/Berlin" };

/** A time of 21 June 2026 in UTC; hours from 24 on are the next day. Berlin is two hours ahead. */
function utc(hours: number, minutes = 0): EpochMs {
  return Date.UTC(2026, 5, 21, hours, minutes) as EpochMs;
}

/** Availability at `now` of a device that may be silent for 15 minutes. */
function availability(lastSeen: EpochMs, now: EpochMs, more: Partial<SignsOfLife> = {}): Availability {
  const signs = { lastSeen, listeningSince: utc(0), silenceLimitMs: 15 * minute, ...more };
  return availabilityAt(signs, now, localHour);
}

describe("availability", () => {
  it("is online until the silence is unusual, and says when that is", () => {
    expect(availability(utc(10), utc(10, 14))).toEqual({ status: "online", available: true, until: utc(10, 15) });
    expect(availability(utc(10), utc(10, 15))).toEqual({ status: "offline", available: false });
  });

  it("is asleep when the last power was that of dusk, for at most 24 hours", () => {
    const dusk = { sleep: solar, lastPowerW: 3 };
    expect(availability(utc(16), utc(17), dusk)).toEqual({ status: "asleep", available: false, until: utc(40) });
    expect(availability(utc(16), utc(40), dusk).status).toBe("offline");
  });

  it("is offline when the last power was that of the day", () => {
    expect(availability(utc(16), utc(17), { sleep: solar, lastPowerW: 300 }).status).toBe("offline");
  });

  it("stays available while it sleeps behind a gateway that is powered", () => {
    expect(availability(utc(16), utc(17), { sleep: behindGateway, lastPowerW: 0 }).available).toBe(true);
  });

  it("is asleep at night by its own clock, and offline when the morning has come", () => {
    const night = { sleep: inBerlin, lastPowerW: 40 };
    expect(availability(utc(18), utc(18, 20), night)).toMatchObject({ status: "asleep", until: utc(18, 30) });
    expect(availability(utc(18), utc(27, 59), night).status).toBe("asleep");
    expect(availability(utc(18), utc(28), night).status).toBe("offline");
  });

  it("is a fault at night too when it fell silent by day", () => {
    expect(availability(utc(10), utc(11), { sleep: inBerlin, lastPowerW: 300 }).status).toBe("offline");
    expect(availability(utc(10), utc(21), { sleep: inBerlin, lastPowerW: 300 }).status).toBe("offline");
  });

  it("is asleep at night when Cloudtap itself was away as the device fell silent", () => {
    const restarted = { sleep: inBerlin, lastPowerW: 300, listeningSince: utc(20) };
    expect(availability(utc(10), utc(21), restarted).status).toBe("asleep");
  });

  it("knows nothing of the night in a time zone that does not exist", () => {
    const sleep = { ...solar, timezone: "Europe/Nowhere" };
    expect(availability(utc(21), utc(22), { sleep, lastPowerW: 40 }).status).toBe("offline");
  });
});
