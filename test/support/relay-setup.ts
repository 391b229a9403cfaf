import type { BusMessage, Deliver, Outbox } from "../../src/model/ports.js";
import { createRelay, type Relay } from "../../src/relay/relay.js";
import type { RelayOptions, RelayPorts } from "../../src/relay/relay-options.js";
import { SpliceMemory } from "../../src/relay/tls/splice-memory.js";
import { createBus } from "../../src/runtime/bus.js";
import { systemClock } from "../../src/runtime/clock.js";
import type { LogLevel } from "../../src/runtime/log.js";
import { blueprint } from "./blueprint/index.js";
import { ChaosServer, ChaosSocket } from "./chaos-socket.js";
import { FakeClock } from "./fake-clock.js";
import { type LogRecorder, recordLog } from "./log-recorder.js";

export interface RelaySetup {
  readonly relay: Relay;
  readonly cloud: ChaosServer;
  readonly logs: LogRecorder;
  /** Everything published, in order. */
  readonly messages: readonly BusMessage[];
  device(): Promise<ChaosSocket>;
  /** The first message of the type, or the first that `matches`, now or later. */
  message<T extends BusMessage["type"]>(type: T, matches?: (message: MessageOf<T>) => boolean): Promise<MessageOf<T>>;
  stop(): Promise<void>;
}

export type MessageOf<T extends BusMessage["type"]> = Extract<BusMessage, { readonly type: T }>;

export interface SetupOptions {
  readonly options?: Partial<RelayOptions>;
  readonly ports?: Partial<RelayPorts>;
  readonly cloud?: ChaosServer;
  readonly logLevel?: LogLevel;
}

/** A started relay on loopback between a cloud that the test plays and devices that it connects. */
export async function setUpRelay(setup: SetupOptions = {}): Promise<RelaySetup> {
  const logs = recordLog(setup.logLevel);
  const bus = createBus(logs.log);
  const messages: BusMessage[] = [];
  const watchers = new Set<() => void>();
  bus.subscribe("test", (message) => {
    messages.push(message);
    for (const watcher of [...watchers]) watcher();
  });
  const cloud = setup.cloud ?? (await ChaosServer.listen());
  const relay = createRelay(
    { ...defaultOptions(cloud), ...setup.options },
    { ...defaultPorts(), splices: emptyMemory(logs), log: logs.log, bus, ...setup.ports },
  );
  await relay.start();
  return {
    ...{ relay, cloud, logs, messages },
    device: () => ChaosSocket.connect(relay.port()),
    message: (type, matches = () => true) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = messages.filter((message) => isOf(message, type)).find(matches);
          if (found === undefined) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
      }),
    async stop() {
      const { clock } = setup.ports ?? {};
      // Stopping waits for silence, which a fake clock never reaches by itself.
      const tick = clock instanceof FakeClock ? setInterval(() => clock.advance(100), 1) : undefined;
      await relay.stop();
      clearInterval(tick);
      await cloud.close();
    },
  };
}

function isOf<T extends BusMessage["type"]>(message: BusMessage, type: T): message is MessageOf<T> {
  return message.type === type;
}

function defaultOptions(cloud: ChaosServer): RelayOptions {
  return {
    name: "test",
    protocol: blueprint,
    listen: { host: "127.0.0.1", port: 0 },
    upstream: { host: "127.0.0.1", port: cloud.port },
    tls: "auto",
    tlsMin: "TLSv1.2",
    upstreamTls: "auto",
    dialTimeoutMs: 5_000,
    idleTimeoutMs: 600_000,
    maxSessions: 1_000,
    maxSessionsPerAddress: 1_000,
    resolver: [],
    ...{ source: "bridge", devices: [] },
    ...{ cloud: "relay", commands: { preset: "allow", block: [], allow: [] }, replyTimeoutMs: 10_000 },
    ...{ control: false, controlExperimental: false, protectLocal: false },
  };
}

const noOutbox: Outbox = {
  keep: () => Promise.reject(new Error("no outbox in this test")),
  oldest: async () => [],
  remove: async () => undefined,
  waiting: () => 0,
};

function emptyMemory({ log }: LogRecorder): SpliceMemory {
  const store = { load: async () => [], save: () => undefined, remove: () => undefined, flush: async () => undefined };
  return new SpliceMemory({ store, clock: systemClock, log });
}

function defaultPorts(): Omit<RelayPorts, "log" | "bus" | "splices"> {
  const deliver: Deliver = () => undefined;
  return {
    clock: systemClock,
    deliver,
    memory: { recall: () => undefined },
    certificate: () => Promise.reject(new Error("no certificate in this test")),
    ownPorts: () => [],
    outbox: noOutbox,
    refused: () => undefined,
    offsetMinutes: () => 0,
    owns: () => false,
  };
}
