import type { DeviceView, LiveEvents } from "../../api-types.js";

/** One part of what is shown of a device. */
export interface DeviceSection {
  readonly element: HTMLElement;
  /** The device as it was just read. */
  show(device: DeviceView): void;
  /** Its values as they just came in. */
  update?(told: LiveEvents["state"]): void;
}
