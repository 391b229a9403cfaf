import type { DeviceId } from "./device.js";
import type { EpochMs } from "./time.js";
import type { JsonObject } from "./value.js";

/** Something that happened once. `type` is one of the event types in the device's description. */
export interface DeviceEvent {
  readonly device: DeviceId;
  readonly type: string;
  readonly at: EpochMs;
  readonly attributes: JsonObject;
}
