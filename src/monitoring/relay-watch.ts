import type { Bus, RelayStatus } from "../model/ports.js";
import type { EpochMs } from "../model/time.js";
import type { Clock } from "../runtime/clock.js";

/** What was seen of a relay's status since the start. */
export interface RelayTimes {
  /** When its first status came. */
  readonly startedAt: EpochMs;
  /** When its present status came. */
  readonly since: EpochMs;
  readonly status: RelayStatus["status"];
  /** A device reported at some time. */
  readonly hasReported: boolean;
}

/** By name; undefined before a relay's first status. */
export type RelayWatch = (relay: string) => RelayTimes | undefined;

/** Notes when relays change, which a status alone does not tell. */
export function createRelayWatch(bus: Bus, clock: Clock): RelayWatch {
  const known = new Map<string, RelayTimes>();
  bus.subscribe("relay watch", (message) => {
    if (message.type !== "relay") return;
    const { name, status } = message.relay;
    const before = known.get(name);
    const now = clock.now();
    known.set(name, {
      startedAt: before?.startedAt ?? now,
      since: before?.status === status ? before.since : now,
      status,
      hasReported: before?.hasReported === true || status === "active",
    });
  });
  return (relay) => known.get(relay);
}
