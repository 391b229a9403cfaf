import { autoProtocol } from "../config/auto-protocol.js";
import type { Configuration } from "../config/configuration.js";
import { interceptionOf } from "../config/interception.js";
import type { NameServer } from "../dns/name-server.js";
import type { ProgramStatus } from "../doctor/status.js";
import type { Interception } from "../intercept/interception.js";
import { bypassMarkOf } from "../intercept/rules.js";
import { liveProtocols as protocols } from "../protocols/live-registry.js";
import type { ListenerSource } from "../relay/arrival/listener.js";
import type { RelayPorts, Interception as SocketInterception } from "../relay/relay-options.js";
import type { Clock } from "../runtime/clock.js";
import { describeError } from "../runtime/errors.js";
import type { Part } from "../runtime/lifecycle.js";
import type { Logger } from "../runtime/log.js";

/** A process with more rights, as far as this one uses them. */
export interface PrivilegedParent {
  readonly listeners: ListenerSource;
  /** Undefined where no gateway leads anybody here. */
  readonly interception: Interception | undefined;
}

/** The ways by which devices are led here. */
export interface Gateway {
  readonly parts: readonly Part[];
  /** What relays need of it. */
  readonly relays: Pick<RelayPorts, "interception" | "listenerSource">;
  status(): Pick<ProgramStatus, "intercept" | "dns">;
}

export interface GatewayPorts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly parent?: PrivilegedParent;
  /** Names of the relays that listen. */
  serving(): readonly string[];
}

/** Begins once the relays listen, and leads nobody to one that does not. */
function leading(interception: Interception, { serving }: GatewayPorts): Part {
  return {
    name: interception.name,
    start() {
      interception.serve(serving());
      return interception.start();
    },
    stop: () => interception.stop(),
  };
}

export async function createGateway(configuration: Configuration, ports: GatewayPorts): Promise<Gateway> {
  const { log, parent } = ports;
  const sockets = await findSockets(configuration, log);
  const interception = parent === undefined ? await ownInterception(configuration, ports) : parent.interception;
  const nameServer = await ownNameServer(configuration, ports);
  return {
    parts: [
      ...(nameServer === undefined ? [] : [nameServer]),
      ...(interception === undefined ? [] : [leading(interception, ports)]),
    ],
    relays: {
      ...(sockets === undefined ? {} : { interception: sockets }),
      ...(parent === undefined ? {} : { listenerSource: parent.listeners }),
    },
    status: () => ({
      ...(interception === undefined ? {} : { intercept: interception.status() }),
      ...(nameServer === undefined ? {} : { dns: nameServer.status() }),
    }),
  };
}

/** Loaded only where it is switched on. */
async function ownNameServer(
  { intercept: { dns }, relays, resolver }: Configuration,
  { clock, log }: GatewayPorts,
): Promise<NameServer | undefined> {
  if (dns === undefined) return undefined;
  const { createNameServer } = await import("../dns/name-server.js");
  const spoken = protocols.filter(({ name }) =>
    relays.some(({ protocol }) => protocol === name || protocol === autoProtocol),
  );
  const vendors = spoken.flatMap(({ defaults }) => (defaults.upstream === undefined ? [] : [defaults.upstream.host]));
  const names = [...new Set([...vendors, ...dns.names].map((name) => name.toLowerCase()))];
  const forward = dns.forward.length === 0 ? resolver : dns.forward;
  return createNameServer({ ...dns, names, forward }, { clock, log: log.child({ part: "name server" }) });
}

/** Loaded only where this process leads devices here itself. */
async function ownInterception(
  configuration: Configuration,
  { clock, log }: GatewayPorts,
): Promise<Interception | undefined> {
  const options = interceptionOf(configuration);
  if (options === undefined) return undefined;
  const { createInterception } = await import("../intercept/create-interception.js");
  return createInterception(options, {
    clock,
    log: log.child({ part: "interception" }),
    dataDir: configuration.dataDir,
  });
}

/** Undefined where no gateway leads anybody here, or this system has no words for it, which is said. */
async function findSockets(configuration: Configuration, log: Logger): Promise<SocketInterception | undefined> {
  const { intercept, relays } = configuration;
  const { mode, mark } = intercept;
  if (mode === "none" && relays.every(({ upstream }) => upstream !== "original")) return undefined;
  const { loadSocketOptions } = await import("../relay/arrival/socket-options.js");
  try {
    const sockets = await loadSocketOptions();
    const transparent = mode === "tproxy";
    if (sockets.mayMark()) return { sockets, transparent, mark: bypassMarkOf(mark) };
    if (intercept.source === "device") {
      const reason = "the capability CAP_NET_ADMIN is missing; clouds see this host's address";
      log.error({ code: "SOCKET_OPTION", reason }, "nobody's own address can be kept");
    }
    return { sockets, transparent };
  } catch (error) {
    log.error({ code: "SOCKET_OPTION", reason: describeError(error) }, "nobody can be led here by a gateway");
    return undefined;
  }
}
