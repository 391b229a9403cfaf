import type { DeviceDescription, DeviceStatus } from "../model/device.js";
import type { Encryption } from "../model/encryption.js";
import type { CloudState } from "../model/ports.js";
import type { EpochMs } from "../model/time.js";
import type { Values } from "../model/value.js";
import type { TrackedDevice } from "./tracked-device.js";

/** What the hub tells of one device. */
export interface KnownDevice {
  readonly description: DeviceDescription;
  readonly status: DeviceStatus;
  readonly available: boolean;
  readonly values: Values;
  readonly lastSeen: EpochMs;
  readonly relay: string;
  /** From where it was last seen there. */
  readonly address?: string;
  /** Usual seconds between signs of life. */
  readonly intervalS: number;
  readonly cloud?: CloudState;
  /** Of a device whose traffic could not be read at some time. */
  readonly encryption?: Encryption;
}

export function knownDevice(device: TrackedDevice, intervalS: number): KnownDevice {
  const { description, availability, values, lastSeen, relay, address, cloud, encryption } = device;
  const { status, available } = availability;
  return {
    ...{ description, values, lastSeen, relay, intervalS, status, available },
    ...(address === undefined ? {} : { address }),
    ...(cloud === undefined ? {} : { cloud }),
    ...(encryption === undefined ? {} : { encryption }),
  };
}
