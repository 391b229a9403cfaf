import type { Bus } from "../model/ports.js";
import type { Direction, SessionInfo } from "../model/session.js";
import type { Clock } from "../runtime/clock.js";
import type { Logger } from "../runtime/log.js";
import type { RelayAnomalyKind } from "./anomalies.js";

/** How long an answer waits for something to be on disk. */
const limitMs = 10_000;

export interface StoreWaitPorts {
  readonly session: SessionInfo;
  readonly log: Logger;
  readonly clock: Clock;
  readonly bus: Bus;
}

/** Calls `done` once: with what the promise gave, or with undefined, and a report, when that takes longer than 10 s. */
export function waitForStore(
  ports: StoreWaitPorts,
  direction: Direction,
  stored: Promise<boolean>,
  done: (ok: boolean | undefined) => void,
): void {
  const { session, log, bus, clock } = ports;
  let isOpen = true;
  const settle = (ok: boolean | undefined): void => {
    if (!isOpen) return;
    isOpen = false;
    cancel();
    done(ok);
  };
  const cancel = clock.after(limitMs, () => {
    log.warn({ direction, waitedMs: limitMs }, "totals not on disk in time");
    const kind: RelayAnomalyKind = "ledger_late";
    const detail = `totals were not on disk within ${limitMs / 1000} s`;
    bus.publish({ type: "anomaly", session, anomaly: { kind, direction, detail }, at: clock.now() });
    settle(undefined);
  });
  stored.then(settle, () => settle(false));
}
