import type { Clock } from "../runtime/clock.js";
import type { Logger } from "../runtime/log.js";
import { chooseForwardServers, type ForwardOptions, type ForwardServer, formatServer } from "./forward-servers.js";
import type { LocalNetwork } from "./local-addresses.js";

export interface ServerListPorts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly network: LocalNetwork;
}

const lookAgainMs = 30_000;

/** The name servers to forward to, as they are now. Those that would lead in a circle are left out, which is said once. */
export function createServerList(
  options: () => ForwardOptions,
  ports: ServerListPorts,
): () => readonly ForwardServer[] {
  const { log, clock, network } = ports;
  let servers: readonly ForwardServer[] = [];
  let lookAt = Number.NEGATIVE_INFINITY;
  let told = "";
  return () => {
    if (clock.now() < lookAt) return servers;
    lookAt = clock.now() + lookAgainMs;
    const choice = chooseForwardServers(options(), network);
    servers = choice.servers;
    const left = choice.loops.map(formatServer).join(", ");
    if (left !== "" && left !== told) {
      const reason = "it is this name server itself; set intercept.dns.forward to your router or a public name server";
      log.error({ server: left, reason }, "name server is not asked");
    }
    told = left;
    return servers;
  };
}
