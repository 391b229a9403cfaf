import type { DeviceId } from "../model/device.js";
import type { Bus } from "../model/ports.js";
import type { SessionInfo } from "../model/session.js";
import type { Clock } from "../runtime/clock.js";
import { encryptionValues, withEncryption } from "./encryption-state.js";
import type { TrackedDevice } from "./tracked-device.js";

/** Puts on the bus what is known of devices; nothing of one that is not announced yet but its description. */
export class DevicePublisher {
  readonly #bus: Bus;
  readonly #clock: Clock;

  constructor(bus: Bus, clock: Clock) {
    this.#bus = bus;
    this.#clock = clock;
  }

  description({ description, encryption }: TrackedDevice): void {
    this.#bus.publish({ type: "described", description: withEncryption(description, encryption) });
  }

  state(device: TrackedDevice): void {
    if (!device.announced) return;
    device.statePublishedAt = this.#clock.now();
    const { id, lastSeen, cloud, encryption } = device;
    const values = encryption === undefined ? device.values : { ...device.values, ...encryptionValues(encryption) };
    const state = { device: id, values, lastSeen, ...(cloud === undefined ? {} : { cloud }) };
    this.#bus.publish({ type: "state", ...state });
  }

  availability(device: TrackedDevice): void {
    const { available, status } = device.availability;
    if (device.announced) this.#bus.publish({ type: "availability", device: device.id, available, status });
  }

  refusal(session: SessionInfo, device: DeviceId, detail: string): void {
    const anomaly = { kind: "total_refused", direction: "device-to-cloud", device, detail } as const;
    this.#bus.publish({ type: "anomaly", session, anomaly, at: this.#clock.now() });
  }

  removal({ id }: TrackedDevice): void {
    this.#bus.publish({ type: "removed", device: id });
  }
}

/** A state without any value would pass for one that a device had. */
export function hasState(device: TrackedDevice): boolean {
  const { values, statePublishedAt, encryption } = device;
  return Object.keys(values).length > 0 || statePublishedAt > 0 || encryption !== undefined;
}
