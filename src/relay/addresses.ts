import { lookup, Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { plainAddress } from "../runtime/addresses.js";

/**
 * Every address of a name, IPv4 first, in the order to try them; an address stands for itself. `resolver`: name servers
 * to ask in place of the system's. Empty where the name has none; throws where no server answered.
 */
export async function lookUp(
  host: string,
  resolver: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  if (resolver.length > 0) return askServers(host, resolver, signal);
  const found = await lookup(host, { all: true });
  return found.toSorted((a, b) => a.family - b.family).map((entry) => entry.address);
}

async function askServers(host: string, servers: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
  const resolver = new Resolver();
  resolver.setServers(servers);
  const cancel = (): void => resolver.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    const [v4, v6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    if (v4.status === "rejected" && v6.status === "rejected") throw v4.reason;
    return [...(v4.status === "fulfilled" ? v4.value : []), ...(v6.status === "fulfilled" ? v6.value : [])];
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

/** True where connecting to `address` reaches this machine: loopback, unspecified, or one of its interfaces. */
export function isOwnAddress(address: string): boolean {
  const plain = plainAddress(address);
  if (plain === "::" || plain === "::1" || plain === "0.0.0.0" || plain.startsWith("127.")) return true;
  return Object.values(networkInterfaces()).some((entries) =>
    entries?.some((entry) => plainAddress(entry.address) === plain),
  );
}
