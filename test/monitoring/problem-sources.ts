import type { DeviceId } from "../../src/model/device.js";
import type { RelayStatus } from "../../src/model/ports.js";
import type { EpochMs } from "../../src/model/time.js";
import type { ObservedDevice, ProblemSources } from "../../src/monitoring/problems.js";
import type { RelayTimes } from "../../src/monitoring/relay-watch.js";

export const now = Date.UTC(2026, 10, 21, 14) as EpochMs;

export function minutesAgo(minutes: number): EpochMs {
  return (now - minutes * 60_000) as EpochMs;
}

/** A relay `deye` that listens, with what a test changes. */
export function relayOf(changes: Partial<RelayStatus> = {}): RelayStatus {
  const counts = { sessionsOpen: 0, sessionsStarted: 0, sessionsEnded: 0, turnedAway: 0 };
  const place = { name: "deye", protocol: "solarman", listen: "0.0.0.0:10000", upstream: "vendor" };
  return { ...place, cloud: "relay", status: "active", ...counts, ...changes };
}

/** A device of it that reported a minute ago. */
export function deviceOf(id: string, changes: Partial<ObservedDevice> = {}): ObservedDevice {
  const description = { id: id as DeviceId, name: id.toUpperCase() };
  return { description, status: "online", lastSeen: minutesAgo(1), relay: "deye", ...changes };
}

/** Its status for a quarter of an hour. */
export function timesOf(changes: Partial<RelayTimes> = {}): RelayTimes {
  return { startedAt: minutesAgo(60), since: minutesAgo(15), status: "active", hasReported: true, ...changes };
}

/** A program in which all is well, with what a test changes. */
export function sourcesOf(changes: Partial<ProblemSources> = {}): ProblemSources {
  return {
    relays: () => [relayOf()],
    relayTimes: () => timesOf(),
    devices: () => [deviceOf("a")],
    outages: () => [],
    broker: () => ({ url: "mqtt://broker.test" }),
    capture: () => ({}),
    waiting: () => 0,
    ...changes,
  };
}
