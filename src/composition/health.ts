import type { Configuration } from "../config/configuration.js";
import { formatEndpoint } from "../config/endpoint.js";
import type { DeviceHub } from "../devices/device-hub.js";
import type { ProgramStatus } from "../doctor/status.js";
import type { CaptureStatus } from "../model/capture.js";
import type { Bus, Outbox, RelayStatus } from "../model/ports.js";
import type { SessionInfo } from "../model/session.js";
import { createCloudWatch } from "../monitoring/cloud-watch.js";
import { createHealth, type Health } from "../monitoring/health.js";
import { createProblemWatch, type ProblemWatch } from "../monitoring/problem-watch.js";
import { createRelayWatch } from "../monitoring/relay-watch.js";
import { liveProtocolByName } from "../protocols/live-registry.js";
import type { Clock } from "../runtime/clock.js";
import type { Logger } from "../runtime/log.js";

/** Functions are not called before the problems or the health are asked for, or started. */
export interface HealthPartsPorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly hub: Pick<DeviceHub, "devices">;
  readonly outbox: Pick<Outbox, "waiting">;
  relays(): readonly RelayStatus[];
  broker(): { readonly url: string; readonly connected: boolean };
  capture(): CaptureStatus;
  /** Of the ways by which devices are led here. */
  gateway(): Pick<ProgramStatus, "intercept" | "dns">;
  /** Why each of these does not work; undefined: it does, or is switched off. */
  store(): string | undefined;
  spool(): string | undefined;
  splunk(): string | undefined;
}

/** What is wrong, and whether the program does its work. */
export interface HealthParts {
  /** To be started once the relays were. */
  readonly problems: ProblemWatch;
  /** To be started last, and so stopped first. */
  readonly health: Health;
}

/** Before the relays are made: it hears their first words. */
export function createHealthParts({ relays: configured }: Configuration, ports: HealthPartsPorts): HealthParts {
  const { bus, clock, log, hub, outbox, gateway } = ports;
  const byName = new Map(configured.map((relay) => [relay.name, relay]));
  const clouds = createCloudWatch({
    ...{ bus, clock },
    policyOf: (relay) => byName.get(relay)?.cloud ?? "relay",
    hostOf: (session) => cloudOf(session, byName.get(session.relay)?.upstream ?? "vendor"),
    changed: () => problems.review(),
  });
  const problems: ProblemWatch = createProblemWatch({
    ...{ bus, clock, log },
    sources: {
      relays: ports.relays,
      relayTimes: createRelayWatch(bus, clock),
      devices: () => hub.devices(),
      outages: () => clouds.outages(),
      broker: ports.broker,
      capture: ports.capture,
      waiting: (relay, device) => outbox.waiting(relay, device),
      ...{ store: ports.store, spool: ports.spool, splunk: ports.splunk },
      intercept: () => gateway().intercept,
      nameServer: () => gateway().dns,
    },
  });
  const { relays, store } = ports;
  return { problems, health: createHealth({ clock, relays, store, elapsedMs: () => performance.now() }) };
}

/** Whom a session calls, in words. */
function cloudOf(
  { protocol, destination, serverName }: SessionInfo,
  upstream: Configuration["relays"][number]["upstream"],
): string {
  if (typeof upstream === "object") return formatEndpoint(upstream);
  if (upstream === "original" && destination !== undefined) {
    return formatEndpoint({ host: serverName ?? destination.address, port: destination.port });
  }
  const vendor = liveProtocolByName(protocol)?.defaults.upstream;
  return vendor === undefined ? "of the device" : formatEndpoint(vendor);
}
