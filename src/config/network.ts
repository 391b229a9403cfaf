import { BlockList, isIP, SocketAddress } from "node:net";

/** A network; one address is a network of its own. */
export interface Network {
  readonly family: "ipv4" | "ipv6";
  /** One of its addresses, in its shortest spelling. */
  readonly address: string;
  readonly prefix: number;
}

/** `192.168.1.50`, `192.168.1.48/28`, `fd00::/64`; undefined where it is none. Bits behind the prefix do not count. */
export function parseNetwork(text: string): Network | undefined {
  const parts = /^(?<address>[0-9a-fA-F:.]+)(?:\/(?<prefix>\d{1,3}))?$/.exec(text)?.groups;
  const { address = "", prefix } = parts ?? {};
  const version = isIP(address);
  if (version === 0) return undefined;
  const family = version === 4 ? "ipv4" : "ipv6";
  const bits = version === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : Number(prefix);
  if (length < 1 || length > bits) return undefined;
  return { family, address: new SocketAddress({ address, family }).address, prefix: length };
}

export function formatNetwork({ family, address, prefix }: Network): string {
  return prefix === (family === "ipv4" ? 32 : 128) ? address : `${address}/${prefix}`;
}

/** True where they share an address. */
export function networksOverlap(one: Network, other: Network): boolean {
  if (one.family !== other.family) return false;
  const [wide, narrow] = one.prefix <= other.prefix ? [one, other] : [other, one];
  const list = new BlockList();
  list.addSubnet(wide.address, wide.prefix, wide.family);
  return list.check(narrow.address, narrow.family);
}
