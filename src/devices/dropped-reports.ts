import type { Bus, OutboxItem } from "../model/ports.js";
import type { Clock } from "../runtime/clock.js";

/** Tells, as an event of the device, that its cloud will not have one of its reports. */
export function createDroppedReports(
  bus: Bus,
  clock: Clock,
): (item: Pick<OutboxItem, "device" | "keptAt">, reason: string) => void {
  return ({ device, keptAt }, reason) => {
    const attributes = { reason, kept_at: new Date(keptAt).toISOString() };
    bus.publish({ type: "event", event: { device, type: "outbox_dropped", at: clock.now(), attributes } });
  };
}
