import { readFile } from "node:fs/promises";
import { autoProtocol } from "../config/auto-protocol.js";
import type { Configuration, RelayConfiguration } from "../config/configuration.js";
import type { Protocol } from "../model/protocol.js";
import { liveProtocolByName, liveProtocols as protocols } from "../protocols/live-registry.js";
import { createRelay, type Relay } from "../relay/relay.js";
import type { RelayOptions, RelayPorts } from "../relay/relay-options.js";
import { createDeviceCertificates } from "../relay/tls/certificates.js";
import { createKeyLog, type KeyLog } from "../relay/tls/key-log.js";
import { CloudtapError } from "../runtime/errors.js";
import type { Part } from "../runtime/lifecycle.js";
import type { Logger } from "../runtime/log.js";
import { createOffsets } from "../runtime/time-zone.js";

/** What is the same for all relays and comes from elsewhere. */
export type SharedRelayPorts = Omit<RelayPorts, "certificate" | "keyLog" | "offsetMinutes" | "ownPorts" | "upstreamCa">;

export interface RelayGroup extends Part {
  readonly relays: readonly Relay[];
}

/** All relays of a configuration. One whose port is taken says so and the others start; the start fails when none can. */
export async function createRelays(
  configuration: Configuration,
  shared: SharedRelayPorts,
  otherPorts: readonly number[],
): Promise<RelayGroup> {
  const { log, clock } = shared;
  const relays: Relay[] = [];
  const keyLogs = new KeyLogs(log);
  const certificates = createDeviceCertificates(configuration.dataDir, clock, log);
  // Better this host's address than no cloud.
  const source = shared.interception?.mark === undefined ? "bridge" : configuration.intercept.source;
  const ports = {
    ...shared,
    offsetMinutes: createOffsets(configuration.timezone),
    certificate: (serverName: string | undefined) => certificates.of(serverName),
    ownPorts: () => [...relays.map((relay) => relay.port()), ...otherPorts],
  };
  for (const relay of configuration.relays) {
    const { upstreamCa, tlsKeyLog } = relay;
    relays.push(
      createRelay(
        { ...relayOptions(relay, configuration), source },
        {
          ...ports,
          ...(upstreamCa === undefined ? {} : { upstreamCa: await readFile(upstreamCa, "utf8") }),
          ...(tlsKeyLog === undefined ? {} : { keyLog: keyLogs.of(tlsKeyLog) }),
        },
      ),
    );
  }
  return {
    name: "relays",
    relays,
    start: () => startAll(relays, log),
    async stop() {
      await Promise.all(relays.map((relay) => relay.stop()));
      await keyLogs.stop();
    },
  };
}

function relayOptions(relay: RelayConfiguration, { resolver, intercept }: Configuration): Omit<RelayOptions, "source"> {
  const { upstreamCa: _ca, tlsKeyLog: _keyLog, interceptPorts: _ports, protocol: name, ...options } = relay;
  const { devices } = intercept;
  if (name !== autoProtocol) return { ...options, protocol: known(name), resolver, devices };
  const candidates = protocols.filter(({ probe }) => probe !== undefined);
  return { ...options, protocol: known("raw"), candidates, resolver, devices };
}

function known(name: string): Protocol {
  const protocol = liveProtocolByName(name);
  if (protocol === undefined) throw new Error(`the schema let an unknown protocol pass: ${name}`);
  return protocol;
}

/** Relays that name the same file share it. */
class KeyLogs {
  readonly #log: Logger;
  readonly #files = new Map<string, KeyLog>();

  constructor(log: Logger) {
    this.#log = log;
  }

  of(path: string): KeyLog {
    const keyLog = this.#files.get(path) ?? createKeyLog(path, this.#log);
    this.#files.set(path, keyLog);
    return keyLog;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => file.stop()));
  }
}

async function startAll(relays: readonly Relay[], log: Logger): Promise<void> {
  const results = await Promise.allSettled(relays.map((relay) => relay.start()));
  const failures = results.flatMap((result, index) =>
    result.status === "rejected" ? [{ relay: relays[index]?.options.name, error: result.reason }] : [],
  );
  for (const { relay, error } of failures) {
    const why = error instanceof CloudtapError ? { code: error.code, reason: error.message } : { err: error };
    log.error({ relay, ...why }, "relay does not listen");
  }
  if (failures.length === relays.length) throw failures[0]?.error;
}
