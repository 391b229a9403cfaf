import { plainAddress } from "../runtime/addresses.js";
import type { Clock } from "../runtime/clock.js";
import { createNetworkSet, type LocalNetwork } from "./local-addresses.js";

// Private (RFC 1918, RFC 4193), link-local and loopback addresses.
const homeNetworks = [
  ...["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8"],
  ...["fc00::/7", "fe80::/10", "::1/128"],
];
const lookAgainMs = 30_000;

/**
 * Tells who may ask: addresses that the internet does not route, and this host's own networks. Anybody else could
 * have answers sent to a third.
 */
export function createAskerRule(network: LocalNetwork, clock: Clock): (address: string) => boolean {
  const isHome = createNetworkSet(homeNetworks);
  let isBeside = isHome;
  let lookAt = Number.NEGATIVE_INFINITY;
  return (address) => {
    const plain = plainAddress(address);
    if (isHome(plain)) return true;
    if (clock.now() >= lookAt) {
      isBeside = createNetworkSet(network.addresses().flatMap((own) => own.network ?? []));
      lookAt = clock.now() + lookAgainMs;
    }
    return isBeside(plain);
  };
}
