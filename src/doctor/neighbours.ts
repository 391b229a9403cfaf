import type { Host } from "../intercept/host.js";
import { parseEntries } from "../intercept/host-routes.js";

/** What this host knows of a machine in one of its own networks. */
export interface Neighbour {
  readonly address: string;
  readonly interface: string;
  /** Its hardware address; absent where it did not answer. */
  readonly mac?: string;
}

/** The neighbour table, IPv4 and IPv6; IPv4 alone where `ip` is missing. Undefined: the system shows none. */
export async function readNeighbours(host: Host): Promise<readonly Neighbour[] | undefined> {
  const listed = await host.commands.run("ip", ["-j", "neigh", "show"]);
  if (listed.type === "done") return parseNeighbours(listed.stdout);
  const table = await host.read("/proc/net/arp");
  return table === undefined ? undefined : parseArpTable(table);
}

/** What `ip -j neigh show` lists. */
export function parseNeighbours(text: string): readonly Neighbour[] {
  return parseEntries(text).flatMap(({ dst, dev, lladdr }) => {
    if (typeof dst !== "string" || typeof dev !== "string") return [];
    return [{ address: dst, interface: dev, ...(typeof lladdr === "string" ? { mac: lladdr } : {}) }];
  });
}

/** What /proc/net/arp holds: address, type, flags, hardware address, mask and interface, under a line of titles. */
export function parseArpTable(text: string): readonly Neighbour[] {
  return text
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [address, , flags, mac, , name] = line.trim().split(/\s+/);
      if (address === undefined || mac === undefined || name === undefined) return [];
      // Bit 2 of the flags: the machine has answered.
      const answered = (Number(flags) & 2) !== 0;
      return [{ address, interface: name, ...(answered ? { mac } : {}) }];
    });
}
