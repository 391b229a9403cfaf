import type { DeviceId } from "./device.js";
import type { Value } from "./value.js";

/** What a frame from the cloud can be about. `server`: where the device reports to. `power`: limits, on and off. */
export const commandClasses = [
  "time",
  "ack",
  "query",
  "setting",
  "power",
  "server",
  "firmware",
  "reboot",
  "unknown",
] as const;

export type CommandClass = (typeof commandClasses)[number];

/** What a frame from the cloud wants of the device. */
export interface CloudCommand {
  /** At least one, each once. A frame passes where all of them pass. */
  readonly classes: readonly CommandClass[];
  /** In words: `cloud set humidity setpoint to 50 %`. Absent where every class is time, ack or query. */
  readonly text?: string;
  /** State keys of the settings that it writes. */
  readonly keys: readonly string[];
}

/** A setting that a user wants changed. The value is one that the entity allows: number, option, boolean or text. */
export interface WriteRequest {
  readonly device: DeviceId;
  readonly key: string;
  readonly value: Value;
}

/** How a write ended. `applied` only after the device confirmed it; `value` is what was read back. */
export type WriteResult =
  | { readonly status: "applied"; readonly value: Value }
  | { readonly status: "rejected" | "timeout"; readonly error: string };

/** Where a device's cloud stands: frames are passed on, or answered here. */
export type CloudMode = "relay" | "local";
