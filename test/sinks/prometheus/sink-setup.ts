import { OfflineMemory, OfflineSession } from "../../../src/cli/offline-session.js";
import { createDeviceHub } from "../../../src/devices/device-hub.js";
import type { CaptureStatus } from "../../../src/model/capture.js";
import type { DeviceDescription, DeviceId } from "../../../src/model/device.js";
import type { EntityDescription } from "../../../src/model/entity.js";
import type { BusMessage } from "../../../src/model/ports.js";
import type { PlayerAction, Protocol } from "../../../src/model/protocol.js";
import type { Reading } from "../../../src/model/reading.js";
import type { Direction, SessionId, SessionInfo } from "../../../src/model/session.js";
import type { EpochMs } from "../../../src/model/time.js";
import type { Value, Values } from "../../../src/model/value.js";
import { liveProtocolByName } from "../../../src/protocols/live-registry.js";
import { createBus } from "../../../src/runtime/bus.js";
import {
  createPrometheusSink,
  type PrometheusPorts,
  type PrometheusSink,
} from "../../../src/sinks/prometheus/prometheus-sink.js";
import { FakeClock } from "../../support/fake-clock.js";
import { type LogRecorder, recordLog } from "../../support/log-recorder.js";
import { createMemoryDeviceStore } from "../../support/memory-device-store.js";
import type { RecordedTurn } from "../../support/recorded-sessions.js";

export interface MetricsRig {
  readonly sink: PrometheusSink;
  readonly clock: FakeClock;
  readonly logs: LogRecorder;
  /** The newest values that the hub showed of all devices, by key. */
  readonly shown: ReadonlyMap<string, Value>;
  publish(message: BusMessage): void;
  /** Describes a device to the hub, as a session at that relay would. */
  describe(description: DeviceDescription, relay?: string): void;
  /** A reading that comes now. */
  read(device: string, values: Values, more?: Partial<Reading>): void;
  remove(device: string): void;
  /** Lets the simulated device of a protocol report for so long, to its simulated cloud. */
  play(protocol: Protocol, forMs: number, extra?: Readonly<Record<string, string>>, index?: number): void;
  /** One recorded session. */
  replay(protocol: Protocol, turns: readonly RecordedTurn[]): void;
  /** The lines of a new scrape that are about devices and Cloudtap, not about the process. */
  scrape(): Promise<readonly string[]>;
  /** Samples of one metric, without their TYPE and HELP. */
  samples(name: string): Promise<readonly string[]>;
}

export const noCapture: CaptureStatus = { mode: "none", directory: "", running: [], captured: 0, dropped: 0 };

export function sessionAt(relay: string, protocol: string): SessionInfo {
  const device = { localAddress: "127.0.0.1", localPort: 1, remoteAddress: "127.0.0.1", remotePort: 2 };
  return { id: `${relay}-1` as SessionId, relay, protocol, openedAt: 0 as EpochMs, device };
}

/** A device with these entities, of a protocol that nobody has a table for. */
export function described(id: string, entities: readonly EntityDescription[], protocol = "acme"): DeviceDescription {
  return { id: id as DeviceId, protocol, name: `Acme ${id}`, entities, eventTypes: [] };
}

/** A sink behind a real hub on a real bus, with a clock that stands still. */
export function setUpMetrics(given: Partial<PrometheusPorts> = {}): MetricsRig {
  const logs = recordLog();
  const clock = new FakeClock();
  const bus = createBus(logs.log);
  const hub = createDeviceHub({
    ...{ bus, clock, log: logs.log, store: createMemoryDeviceStore(), offlineAfterMs: () => undefined },
    defaultIntervalS: (name) => liveProtocolByName(name)?.defaults.intervalS ?? 60,
  });
  const sink = createPrometheusSink(
    { version: "1.2.3", startedAt: clock.now() },
    {
      ...{ clock, log: logs.log, elapsedMs: () => clock.now() },
      tablesOf: (name) => liveProtocolByName(name),
      factsOf: (device) => hub.find(device),
      ...{ traffic: () => [], queues: () => [], sinks: () => [], capture: () => noCapture },
      ...given,
    },
  );
  bus.subscribe(sink.name, (message) => sink.accept(message));
  const shown = new Map<string, Value>();
  bus.subscribe("test", (message) => {
    if (message.type === "state") for (const [key, value] of Object.entries(message.values)) shown.set(key, value);
  });
  const memory = new OfflineMemory();
  const known = new Map<string, SessionInfo>();
  /** One session of a device, as a relay would tell of it. */
  const hear = (protocol: Protocol) => {
    const session = sessionAt(`${protocol.name}-relay`, protocol.name);
    bus.publish({ type: "session-opened", session });
    const offline = new OfflineSession(protocol, memory, clock.now());
    const tell = (frames: ReturnType<OfflineSession["end"]>): void => {
      for (const { direction, bytes, decoded } of frames) {
        const { role, label, devices, readings, events, anomalies, seen } = decoded;
        const at = clock.now();
        bus.publish({ type: "frame", session, direction, role, label, bytes: bytes.length, data: bytes });
        for (const update of devices) bus.publish({ type: "device", session, update });
        for (const reading of readings) bus.publish({ type: "reading", session, reading });
        for (const event of events) bus.publish({ type: "event", event });
        for (const anomaly of anomalies) bus.publish({ type: "anomaly", session, anomaly, at });
        for (const device of seen) bus.publish({ type: "seen", session, device, at });
      }
    };
    return {
      turn: (direction: Direction, bytes: Uint8Array) => tell(offline.push(direction, bytes, clock.now())),
      end(): void {
        tell(offline.end(clock.now()));
        const counters = { bytesFromDevice: 0, bytesFromCloud: 0, durationMs: 0 };
        const reason = { by: "device", how: "fin", detail: "the device closed" } as const;
        bus.publish({ type: "session-closed", session, reason, counters });
      },
    };
  };
  const scrape = async (): Promise<readonly string[]> => {
    clock.advance(1_000);
    const { text } = await sink.metrics();
    return text.split("\n").filter((line) => line !== "" && !/^(# (HELP|TYPE) )?(process|nodejs)_/.test(line));
  };
  return {
    ...{ sink, clock, logs, shown, scrape },
    publish: (message) => bus.publish(message),
    describe(description, relay = "roof") {
      const session = sessionAt(relay, description.protocol);
      known.set(description.id, session);
      bus.publish({ type: "device", session, update: { description } });
    },
    read(device, values, more = {}) {
      const session = known.get(device) ?? sessionAt("roof", "acme");
      const now = clock.now();
      const reading = { device: device as DeviceId, measuredAt: now, receivedAt: now, live: true, values, ...more };
      bus.publish({ type: "reading", session, reading });
    },
    remove: (device) => hub.remove(device as DeviceId),
    play(protocol, forMs, extra = {}, index = 0) {
      const heard = hear(protocol);
      converse(protocol, { clock, forMs, extra, index }, heard.turn);
      heard.end();
    },
    replay(protocol, turns) {
      const heard = hear(protocol);
      for (const { direction, bytes } of turns) heard.turn(direction, bytes);
      heard.end();
    },
    async samples(name) {
      const lines = await scrape();
      return lines.filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
    },
  };
}

interface Conversing {
  readonly clock: FakeClock;
  readonly forMs: number;
  readonly extra: Readonly<Record<string, string>>;
  readonly index: number;
}

/** A simulated device and a simulated cloud on one connection, in the time of the clock. */
function converse(
  protocol: Protocol,
  { clock, forMs, extra, index }: Conversing,
  heard: (direction: Direction, bytes: Uint8Array) => void,
): void {
  const device = protocol.createDeviceSimulator?.({ index, intervalS: 60, extra });
  const cloud = protocol.createCloudSimulator?.();
  if (device === undefined || cloud === undefined) throw new Error(`${protocol.name} has no simulators`);
  const act = (actions: readonly PlayerAction[], from: Direction): void => {
    for (const action of actions) {
      if (action.type === "send") {
        heard(from, action.bytes);
        if (from === "device-to-cloud") act(cloud.received(action.bytes, clock.now()), "cloud-to-device");
        else act(device.received(action.bytes, clock.now()), "device-to-cloud");
      } else if (action.type === "wake" && from === "device-to-cloud")
        clock.after(action.afterMs, () => act(device.woken(clock.now()), from));
    }
  };
  act(cloud.connected(clock.now()), "cloud-to-device");
  act(device.connected(clock.now()), "device-to-cloud");
  clock.advance(forMs);
}
