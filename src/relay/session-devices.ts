import type { CloudMode } from "../model/command.js";
import type { DeviceId } from "../model/device.js";
import type { Bus } from "../model/ports.js";
import type { SessionInfo } from "../model/session.js";
import type { Clock } from "../runtime/clock.js";

export interface SessionDevicesPorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly session: SessionInfo;
  /** A device shows up in this session for the first time. */
  sighted(device: DeviceId): void;
}

/** The devices of one session, and where their cloud stands. */
export class SessionDevices {
  readonly #ports: SessionDevicesPorts;
  readonly #devices = new Set<DeviceId>();
  #mode: CloudMode;
  #reason: string;

  constructor(ports: SessionDevicesPorts, mode: CloudMode, reason: string) {
    this.#ports = ports;
    this.#mode = mode;
    this.#reason = reason;
  }

  note(seen: readonly DeviceId[]): void {
    for (const device of seen) {
      if (this.#devices.has(device)) continue;
      this.#devices.add(device);
      this.#publish(device);
      this.#ports.sighted(device);
    }
  }

  setMode(mode: CloudMode, reason: string): void {
    if (mode === this.#mode) return;
    this.#mode = mode;
    this.#reason = reason;
    for (const device of this.#devices) this.#publish(device);
  }

  [Symbol.iterator](): Iterator<DeviceId> {
    return this.#devices[Symbol.iterator]();
  }

  #publish(device: DeviceId): void {
    const { bus, session, clock } = this.#ports;
    const at = clock.now();
    bus.publish({ type: "cloud-mode", session, device, mode: this.#mode, reason: this.#reason, at });
  }
}
