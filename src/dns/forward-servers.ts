import { Resolver } from "node:dns";
import { isIP } from "node:net";
import { formatAddressAndPort, plainAddress } from "../runtime/addresses.js";
import { isOwnAddress, type LocalNetwork, systemNetwork } from "./local-addresses.js";

/** A name server that others' names are asked of. */
export interface ForwardServer {
  readonly host: string;
  readonly port: number;
}

export interface ForwardOptions {
  readonly listen: { readonly host: string | undefined; readonly port: number };
  /** `IP` or `IP:PORT`; empty: the system's. */
  readonly forward: readonly string[];
}

export interface ForwardChoice {
  readonly servers: readonly ForwardServer[];
  /** Left out, because asking them would be asking oneself. */
  readonly loops: readonly ForwardServer[];
}

const usualPort = 53;

/**
 * Name servers that know the vendors' real addresses, as `IP` or `IP:PORT`: those that the own name server asks.
 * What Cloudtap itself looks up must be asked of these, not of the own name server.
 */
export function forwardServers(options: ForwardOptions): readonly string[] {
  return chooseForwardServers(options, systemNetwork).servers.map(formatServer);
}

/** The system's are read anew at each call, for they change with the network. */
export function chooseForwardServers({ listen, forward }: ForwardOptions, network: LocalNetwork): ForwardChoice {
  const wanted = (forward.length > 0 ? forward : new Resolver().getServers()).flatMap(parseServer);
  const isLoop = ({ host, port }: ForwardServer): boolean =>
    port === listen.port && isOwnAddress(host, network) && listensOn(listen.host, host);
  return { servers: wanted.filter((server) => !isLoop(server)), loops: wanted.filter(isLoop) };
}

export function formatServer({ host, port }: ForwardServer): string {
  if (port === usualPort) return host;
  return formatAddressAndPort(host, port);
}

function parseServer(text: string): readonly ForwardServer[] {
  if (isIP(text) !== 0) return [{ host: text, port: usualPort }];
  const parts = /^(?:\[(?<v6>[^\]]+)\]|(?<v4>[^:]+)):(?<port>\d+)$/.exec(text)?.groups;
  const host = parts?.v6 ?? parts?.v4 ?? "";
  const port = Number(parts?.port);
  return isIP(host) === 0 || port < 1 || port > 65_535 ? [] : [{ host, port }];
}

function listensOn(host: string | undefined, address: string): boolean {
  return host === undefined || host === "::" || host === "0.0.0.0" || plainAddress(host) === plainAddress(address);
}
