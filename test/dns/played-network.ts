import type { LocalNetwork } from "../../src/dns/local-addresses.js";

/** A host with these addresses, `ADDRESS/BITS`, by interface; `ways`: from which address it calls which. */
export function playNetwork(
  interfaces: Readonly<Record<string, readonly string[]>>,
  ways: Readonly<Record<string, string>> = {},
): LocalNetwork {
  const all = { lo: ["127.0.0.1/8", "::1/128"], ...interfaces };
  return {
    addresses: () =>
      Object.entries(all).flatMap(([name, networks]) =>
        networks.map((network) => ({
          interface: name,
          address: network.split("/")[0] ?? "",
          network,
          internal: name === "lo",
        })),
      ),
    towards: async (address) => ways[address],
  };
}
