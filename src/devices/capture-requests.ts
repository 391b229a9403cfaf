import { bridgeId, type CaptureControl, type CaptureTarget } from "../model/capture.js";
import type { WriteResult } from "../model/command.js";
import type { DeviceId } from "../model/device.js";
import type { Bus } from "../model/ports.js";
import { CloudtapError } from "../runtime/errors.js";
import type { Logger } from "../runtime/log.js";
import { type CaptureWish, type ReadWish, readCaptureTime, readCaptureWish } from "./capture-wish.js";
import type { DeviceHub } from "./device-hub.js";
import type { OwnDevice } from "./own-device.js";

export interface CaptureRequestPorts {
  readonly bus: Bus;
  readonly log: Logger;
  readonly control: Pick<CaptureControl, "start" | "stop">;
  readonly hub: Pick<DeviceHub, "find">;
  readonly own: Pick<OwnDevice, "id" | "relayOf" | "republish">;
  /** Names. */
  readonly relays: readonly string[];
}

/**
 * Captures that somebody begins or ends over MQTT: of a device, with a switch of the own device, or of anything where
 * `device` is `bridgeId`. Every call ends in exactly one `write-result` on the bus.
 */
export type CaptureRequests = (device: DeviceId, key: string, payload: string) => void;

const reason = "on demand: MQTT";

interface Meant {
  readonly target: CaptureTarget;
  readonly forMs: number;
}

export function createCaptureRequests(ports: CaptureRequestPorts): CaptureRequests {
  const { bus, log, own } = ports;
  return (device, key, payload) => {
    const finish = (result: WriteResult): void => {
      const why = result.status === "applied" ? {} : { reason: result.error };
      log.info({ device, key, status: result.status, ...why }, "setting from outside");
      bus.publish({ type: "write-result", request: { device, key, value: payload }, result });
      if (result.status !== "applied" && device === own.id) own.republish();
    };
    const meant = readRequest(device, key, payload, ports);
    if ("error" in meant) finish({ status: "rejected", error: meant.error });
    else {
      carryOut(meant, ports.control).then(
        () => finish({ status: "applied", value: device === own.id ? meant.forMs > 0 : meant.forMs / 1_000 }),
        (error: unknown) => {
          if (!(error instanceof CloudtapError)) log.error({ err: error }, "internal fault");
          finish({ status: "rejected", error: error instanceof CloudtapError ? error.message : "internal fault" });
        },
      );
    }
  };
}

async function carryOut({ target, forMs }: Meant, control: CaptureRequestPorts["control"]): Promise<void> {
  if (forMs > 0) await control.start(target, forMs, reason);
  else await control.stop(target.type === "all" ? undefined : target);
}

function readRequest(
  device: DeviceId,
  key: string,
  payload: string,
  ports: CaptureRequestPorts,
): Meant | { readonly error: string } {
  const { own, hub } = ports;
  if (device === bridgeId) return withTarget(readCaptureWish(payload), (wish) => targetOf(wish, ports));
  if (device === own.id) {
    const relay = own.relayOf(key);
    if (relay === undefined) return { error: `Cloudtap itself has no ${key}` };
    return withTarget(readCaptureTime(payload), () => ({ type: "relay", relay }));
  }
  if (hub.find(device) === undefined) return { error: "unknown device" };
  return withTarget(readCaptureTime(payload), () => ({ type: "device", device }));
}

function withTarget(
  read: ReadWish,
  find: (wish: CaptureWish) => CaptureTarget | { readonly error: string },
): Meant | { readonly error: string } {
  if ("error" in read) return read;
  const target = find(read.wish);
  return "error" in target ? target : { target, forMs: read.wish.forMs };
}

function targetOf(
  { relay, device }: CaptureWish,
  { relays, hub }: CaptureRequestPorts,
): CaptureTarget | { readonly error: string } {
  if (relay !== undefined) return relays.includes(relay) ? { type: "relay", relay } : { error: "unknown relay" };
  if (device === undefined) return { type: "all" };
  const known = hub.find(device.toLowerCase() as DeviceId);
  return known === undefined ? { error: "unknown device" } : { type: "device", device: known.description.id };
}
