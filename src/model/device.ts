import type { EntityDescription } from "./entity.js";
import type { JsonObject } from "./value.js";

/** `[a-z0-9_]+`: `solarman_<logger serial>`, `websentry_<mac>`, `envoy_<serial>`, `envoy_pcu_<serial>`. */
export type DeviceId = string & { readonly brand: "DeviceId" };

/** When silence is sleep and not a fault. A device is asleep when it is silent and it is dark for it. */
export interface SleepRule {
  /** True: values stay available while it sleeps (its gateway is powered); false: the device itself is off. */
  readonly availableAsleep: boolean;
  /** State key whose last value in watts, at or below `lowPowerW`, says that dusk had come. */
  readonly powerKey: string;
  readonly lowPowerW: number;
  /** IANA name; where known, 20:00 to 06:00 there counts as dark. */
  readonly timezone?: string;
}

/** What is announced of a device. Compared as a whole: a difference publishes discovery again. */
export interface DeviceDescription {
  readonly id: DeviceId;
  readonly protocol: string;
  readonly name: string;
  readonly manufacturer?: string;
  readonly model?: string;
  readonly swVersion?: string;
  readonly hwVersion?: string;
  readonly serialNumber?: string;
  /** The device through which this one is reached; announced before it. */
  readonly viaDevice?: DeviceId;
  readonly entities: readonly EntityDescription[];
  /** Protocol's own event types; the bridge adds the common ones. */
  readonly eventTypes: readonly string[];
  /** Seconds between signs of life where the device told it. */
  readonly intervalS?: number;
  readonly sleep?: SleepRule;
  /** True of Cloudtap itself: nothing of it comes over a session, and it has no cloud and no events. */
  readonly isBridge?: true;
}

/** `facts` are the protocol's own notes on the device, kept on disk and given back by `DeviceMemory.recall`. */
export interface DeviceUpdate {
  readonly description: DeviceDescription;
  readonly facts?: JsonObject;
}

export type DeviceStatus = "online" | "asleep" | "offline";
