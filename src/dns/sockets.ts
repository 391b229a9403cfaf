import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { createServer, type Server } from "node:net";
import { formatAddressAndPort } from "../runtime/addresses.js";
import { CloudtapError, describeError } from "../runtime/errors.js";
import { systemCodeOf } from "../runtime/system-errors.js";

/** Where the name server is asked. */
export interface NameServerAddress {
  /** Undefined: all addresses, IPv6 and IPv4; IPv4 alone where the machine has no IPv6. */
  readonly host: string | undefined;
  /** 0: any free one, the same for UDP and TCP. */
  readonly port: number;
}

/** Open sockets of the name server, on one port. */
export interface NameServerSockets {
  readonly udp: DatagramSocket;
  /** Takes no connection before it has a listener for them. */
  readonly tcp: Server;
  readonly port: number;
}

const backlog = 64;

/** `53`, `192.168.1.10:53`, `[fd00::1]:53`. */
export function formatPlace({ host, port }: NameServerAddress): string {
  if (host === undefined) return String(port);
  return formatAddressAndPort(host, port);
}

/** Opens both sockets or none. Throws CloudtapError LISTEN_FAILED, which says what to do. */
export async function openSockets(address: NameServerAddress): Promise<NameServerSockets> {
  const { host, port } = address;
  try {
    if (host !== undefined) return await openBoth(host, port);
    return await openBoth("::", port).catch((error: unknown) => {
      if (!lacksIpv6(error)) throw error;
      return openBoth("0.0.0.0", port);
    });
  } catch (error) {
    throw new CloudtapError("LISTEN_FAILED", explain(error, address), { port }, error);
  }
}

/** TCP first: it is the one that says which port is free. */
async function openBoth(host: string, wanted: number): Promise<NameServerSockets> {
  const tcp = createServer({ allowHalfOpen: true, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    tcp.once("error", reject);
    tcp.listen({ host, port: wanted, backlog }, resolve);
  });
  tcp.removeAllListeners("error");
  const bound = tcp.address();
  const port = bound === null || typeof bound === "string" ? wanted : bound.port;
  try {
    return { udp: await openUdp(host, port), tcp, port };
  } catch (error) {
    tcp.close();
    throw error;
  }
}

function openUdp(host: string, port: number): Promise<DatagramSocket> {
  const udp = createSocket(host.includes(":") ? "udp6" : "udp4");
  return new Promise((resolve, reject) => {
    udp.once("error", (error) => {
      udp.close();
      reject(error);
    });
    udp.bind({ address: host, port, exclusive: true }, () => {
      udp.removeAllListeners("error");
      resolve(udp);
    });
  });
}

function lacksIpv6(error: unknown): boolean {
  const code = systemCodeOf(error);
  return code === "EAFNOSUPPORT" || code === "EADDRNOTAVAIL" || code === "EINVAL";
}

function explain(error: unknown, { host, port }: NameServerAddress): string {
  const place = host === undefined ? `port ${port}` : `port ${port} on ${host}`;
  const code = systemCodeOf(error);
  if (code === "EADDRINUSE") {
    const other = `another name server of this host has ${place} (systemd-resolved, dnsmasq, Pi-hole or AdGuard Home)`;
    const narrow = "where that one answers on some addresses only, name a free one, such as 192.168.1.10:53";
    return `${other}; let it answer the vendors' names instead (docs/dns.md), or set intercept.dns.listen: ${narrow}`;
  }
  if (code === "EACCES" || code === "EPERM") {
    return `${place} needs the capability CAP_NET_BIND_SERVICE, as all ports below 1024; give it to Cloudtap (docs/dns.md)`;
  }
  if (code === "EADDRNOTAVAIL") return `${place} cannot be opened: this host does not have that address`;
  return `${place} cannot be opened: ${describeError(error)}`;
}
