import type { DeviceId, DeviceStatus } from "../model/device.js";
import type { Logger } from "../runtime/log.js";
import type { Taken, TrackedDevice } from "./tracked-device.js";

/** Keys whose values the log never shows. */
const secretKeys: ReadonlySet<string> = new Set(["ssid"]);

export function logNewDevice(log: Logger, device: TrackedDevice): void {
  const { protocol, model } = device.description;
  log.info({ device: device.id, protocol, model, relay: device.relay }, "new device");
}

export function logStatus(log: Logger, device: TrackedDevice, before: DeviceStatus): void {
  const { status } = device.availability;
  const lastSeen = new Date(device.lastSeen).toISOString();
  const fields = { device: device.id, relay: device.relay, before, lastSeen };
  if (status === "offline") log.warn(fields, "device away");
  else if (status === "asleep") log.info(fields, "device asleep");
  else log.info(fields, "device back");
}

export function logTaken(log: Logger, device: DeviceId, taken: Taken): void {
  for (const { key, from, to } of taken.replaced) {
    log.info({ device, key, from, to }, "total accepted from a replaced device");
  }
  if (taken.changes.length === 0 || !log.isLevelEnabled("debug")) return;
  for (const { key, from, to } of taken.changes) {
    log.debug(secretKeys.has(key) ? { device, key } : { device, key, from, to }, "value changed");
  }
}
