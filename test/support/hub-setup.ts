import { createDeviceHub, type DeviceHub, type DeviceHubOptions } from "../../src/devices/device-hub.js";
import type { DeviceDescription, DeviceId } from "../../src/model/device.js";
import type { BusMessage, DeviceStore } from "../../src/model/ports.js";
import type { Reading } from "../../src/model/reading.js";
import type { SessionId, SessionInfo } from "../../src/model/session.js";
import type { EpochMs } from "../../src/model/time.js";
import type { JsonObject, Values } from "../../src/model/value.js";
import { createBus } from "../../src/runtime/bus.js";
import type { Logger } from "../../src/runtime/log.js";
import { FakeClock } from "./fake-clock.js";
import { type LogRecorder, recordLog } from "./log-recorder.js";
import { createMemoryDeviceStore } from "./memory-device-store.js";

export const testSession: SessionInfo = {
  id: "session-1" as SessionId,
  relay: "roof",
  protocol: "acme",
  openedAt: 0 as EpochMs,
  device: { localAddress: "127.0.0.1", localPort: 1, remoteAddress: "127.0.0.1", remotePort: 2 },
};

/** An inverter with a power in W and a lifetime counter in kWh that gains at most 1 kWh an hour. */
export function inverter(id: string, more: Partial<DeviceDescription> = {}): DeviceDescription {
  return {
    id: id as DeviceId,
    protocol: "acme",
    name: `Acme ${id}`,
    entities: [
      { key: "power", platform: "sensor", name: "Power", unit: "W" },
      { key: "energy", platform: "sensor", name: "Energy", unit: "kWh", total: "lifetime", maxPerHour: 1 },
      { key: "energy_today", platform: "sensor", name: "Energy today", unit: "kWh", total: "daily" },
    ],
    eventTypes: [],
    ...more,
  };
}

export interface HubSetup {
  readonly hub: DeviceHub;
  readonly clock: FakeClock;
  readonly logs: LogRecorder;
  /** Everything on the bus since the last `take`, without what the test itself published. */
  take(): readonly BusMessage[];
  describe(description: DeviceDescription, facts?: JsonObject): void;
  /** Receives a live reading now; `more` makes it another one. */
  read(device: string, values: Values, more?: Partial<Reading>): void;
  see(device: string): void;
  /** Puts any other message on the bus. */
  tell(message: BusMessage): void;
}

export interface HubSetupOptions extends Partial<Omit<DeviceHubOptions, "clock" | "store" | "log">> {
  readonly clock?: FakeClock;
  readonly store?: DeviceStore;
  readonly log?: Logger;
}

/** A device hub on a real bus, with a clock that stands still. Devices usually report each 300 s. */
export function setUpHub(options: HubSetupOptions = {}): HubSetup {
  const logs = recordLog();
  const clock = options.clock ?? new FakeClock();
  const bus = createBus(logs.log);
  const hub = createDeviceHub({
    bus,
    store: options.store ?? createMemoryDeviceStore(),
    clock,
    log: options.log ?? logs.log,
    offlineAfterMs: options.offlineAfterMs ?? (() => undefined),
    defaultIntervalS: options.defaultIntervalS ?? (() => 300),
  });
  let messages: BusMessage[] = [];
  bus.subscribe("test", (message) => {
    if (message.type !== "device" && message.type !== "reading" && message.type !== "seen") messages.push(message);
  });
  return {
    ...{ hub, clock, logs },
    take() {
      const taken = messages;
      messages = [];
      return taken;
    },
    describe(description, facts) {
      const update = { description, ...(facts === undefined ? {} : { facts }) };
      bus.publish({ type: "device", session: testSession, update });
    },
    read(device, values, more = {}) {
      const now = clock.now();
      const reading = { device: device as DeviceId, measuredAt: now, receivedAt: now, live: true, values, ...more };
      bus.publish({ type: "reading", session: testSession, reading });
    },
    see(device) {
      bus.publish({ type: "seen", session: testSession, device: device as DeviceId, at: clock.now() });
    },
    tell: (message) => bus.publish(message),
  };
}

export function statesOf(messages: readonly BusMessage[]): readonly Values[] {
  return messages.flatMap((message) => (message.type === "state" ? [message.values] : []));
}

/** Messages in short: `described envoy_1`, `state envoy_1`, `availability envoy_1 online`. */
export function outline(messages: readonly BusMessage[]): readonly string[] {
  return messages.map((message) => {
    if (message.type === "described") return `described ${message.description.id}`;
    if (message.type === "state") return `state ${message.device}`;
    if (message.type === "availability") {
      return `availability ${message.device} ${message.status}${message.available ? "" : " unavailable"}`;
    }
    return message.type;
  });
}
