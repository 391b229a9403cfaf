import type { Configuration } from "../config/configuration.js";
import { interceptionOf } from "../config/interception.js";
import type { ProgramStatus } from "../doctor/status.js";
import type { Interception } from "../intercept/interception.js";
import { bypassMarkOf } from "../intercept/rules.js";
import type { ListenerSource } from "../relay/listener.js";
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
}

export async function createGateway(configuration: Configuration, ports: GatewayPorts): Promise<Gateway> {
  const { log, parent } = ports;
  const sockets = await findSockets(configuration, log);
  const interception = parent === undefined ? await ownInterception(configuration, ports) : parent.interception;
  return {
    parts: interception === undefined ? [] : [interception],
    relays: {
      ...(sockets === undefined ? {} : { interception: sockets }),
      ...(parent === undefined ? {} : { listenerSource: parent.listeners }),
    },
    status: () => (interception === undefined ? {} : { intercept: interception.status() }),
  };
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
  const { loadSocketOptions } = await import("../relay/socket-options.js");
  try {
    const sockets = await loadSocketOptions();
    const transparent = mode === "tproxy";
    return sockets.mayMark() ? { sockets, transparent, mark: bypassMarkOf(mark) } : { sockets, transparent };
  } catch (error) {
    log.error({ code: "SOCKET_OPTION", reason: describeError(error) }, "nobody can be led here by a gateway");
    return undefined;
  }
}
