import { type AdminCommand, type AdminCommands, type AdminStream, createAdminServer } from "../admin/server.js";
import { adminSocketPath } from "../admin/socket-path.js";
import type { Configuration } from "../config/configuration.js";
import type { DeviceEncryption } from "../devices/encryption.js";
import { forgetOnRequest } from "../devices/forget-request.js";
import type { Callers } from "../doctor/callers.js";
import { encodeStatus, type ProgramStatus } from "../doctor/status.js";
import type { Ledger } from "../model/ports.js";
import type { Health } from "../monitoring/health.js";
import type { Relay } from "../relay/relay.js";
import type { SpliceMemory } from "../relay/tls/splice-memory.js";
import type { Clock } from "../runtime/clock.js";
import type { Part } from "../runtime/lifecycle.js";
import type { Logger } from "../runtime/log.js";
import type { MqttSink } from "../sinks/mqtt/mqtt-sink.js";
import { type CaptureCommandPorts, createCaptureCommands } from "./capture-commands.js";
import type { Gateway } from "./gateway.js";
import { createImportCommand } from "./importing.js";

export interface StatusPorts {
  readonly clock: Clock;
  readonly version: string;
  readonly relays: readonly Relay[];
  readonly callers: Callers;
  readonly splices: SpliceMemory;
  readonly gateway: Gateway;
  readonly mqtt: Pick<MqttSink, "connected">;
  readonly health: Pick<Health, "health">;
  /** The broker's. */
  readonly url: string;
}

export interface AdminPorts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly encryption: DeviceEncryption;
  readonly ledger: Ledger;
  /** Absent: nothing can be captured. */
  readonly capture?: CaptureCommandPorts;
  status(): ProgramStatus;
}

/** What the program says of itself, at any time from now on. */
export function createStatus(ports: StatusPorts): () => ProgramStatus {
  const startedAt = ports.clock.now();
  return () => ({
    ...{ version: ports.version, pid: process.pid, startedAt },
    relays: ports.relays.map((relay) => relay.status()),
    callers: ports.callers.list(),
    splices: ports.splices.list(),
    broker: { url: ports.url, connected: ports.mqtt.connected() },
    failing: ports.health.health().reasons,
    ...ports.gateway.status(),
  });
}

/** The local socket, with what commands ask of the running program. */
export function createAdmin({ dataDir }: Configuration, ports: AdminPorts): Part {
  const commands: AdminCommands = new Map<string, AdminCommand | AdminStream>([
    ["status", async () => encodeStatus(ports.status())],
    ["forget", async (args) => forgetOnRequest(args, (what, relay) => ports.encryption.forget(what, relay))],
    ["import", createImportCommand(ports)],
    ...(ports.capture === undefined ? [] : createCaptureCommands(ports.capture)),
  ]);
  return createAdminServer(adminSocketPath(dataDir), commands, ports.log.child({ part: "local socket" }));
}
