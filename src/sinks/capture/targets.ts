import type { CaptureTarget } from "../../model/capture.js";
import type { DeviceId } from "../../model/device.js";
import type { SessionInfo } from "../../model/session.js";

/** True: the session is one of those. `devices`: what it has shown up to now. */
export function targets(target: CaptureTarget, info: SessionInfo, devices: ReadonlySet<DeviceId>): boolean {
  switch (target.type) {
    case "all":
      return true;
    case "relay":
      return target.relay === info.relay;
    case "device":
      return devices.has(target.device);
    case "address":
      return target.relay === info.relay && target.address === info.device.remoteAddress;
    default:
      return target satisfies never;
  }
}

/** Unlike that of any other target; a part of file names. */
export function targetLabel(target: CaptureTarget): string {
  switch (target.type) {
    case "all":
      return "all";
    case "relay":
      return `relay-${target.relay}`;
    case "device":
      return target.device;
    case "address":
      return `${target.relay}-${target.address}`.replaceAll(/[^A-Za-z0-9_.-]/g, "_");
    default:
      return target satisfies never;
  }
}

/** Only the session's first frame tells whether it is one of those. */
export function needsRing(target: CaptureTarget): boolean {
  return target.type === "device";
}
