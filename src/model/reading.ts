import type { DeviceId } from "./device.js";
import type { EpochMs } from "./time.js";
import type { Values } from "./value.js";

/** Values of one device at one time. Keys are those of the field tables; a key that is absent keeps its last value. */
export interface Reading {
  readonly device: DeviceId;
  /** Undefined where the device did not know the time. */
  readonly measuredAt: EpochMs | undefined;
  readonly receivedAt: EpochMs;
  /** False: a stored record. It never changes state, totals or availability. */
  readonly live: boolean;
  readonly values: Values;
  /** When the keys listed in `expiringKeys` become unknown unless a newer reading brings them again. */
  readonly expiresAt?: EpochMs;
  readonly expiringKeys?: readonly string[];
}
