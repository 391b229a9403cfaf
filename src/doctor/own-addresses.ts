import { BlockList, isIP } from "node:net";
import { networkInterfaces } from "node:os";

/** One address of this host. */
export interface HostAddress {
  readonly interface: string;
  readonly address: string;
  /** Bits of its network. */
  readonly prefix: number;
  readonly internal: boolean;
}

/** All addresses of this host, as its network namespace shows them. */
export function readHostAddresses(): readonly HostAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([name, entries = []]) =>
    entries.map(({ address, cidr, internal }) => {
      const prefix = Number(cidr?.split("/")[1] ?? (isIP(address) === 6 ? 128 : 32));
      return { interface: name, address, prefix, internal };
    }),
  );
}

/** True where a connection to `address` ends on this host. */
export function isOwn(address: string, addresses: readonly HostAddress[]): boolean {
  if (address.startsWith("127.") || ["::1", "::", "0.0.0.0"].includes(address)) return true;
  return addresses.some((own) => own.address === address);
}

/** The address of this host in the network of `address`; undefined: they share none. */
export function addressBeside(address: string, addresses: readonly HostAddress[]): HostAddress | undefined {
  const family = isIP(address);
  return addresses.find((own) => {
    if (own.internal || isIP(own.address) !== family) return false;
    return createAddressSet([`${own.address}/${own.prefix}`])(address);
  });
}

/** How devices reach this host: its address beside one of `devices`, else on `wanted`, else its first one. */
export function addressForDevices(
  devices: readonly string[],
  addresses: readonly HostAddress[],
  wanted?: string,
): string | undefined {
  const beside = devices.flatMap((device) => addressBeside(device.split("/")[0] ?? "", addresses) ?? []);
  const outward = addresses.filter(({ internal, address }) => !internal && !address.startsWith("fe80:"));
  const ordered = [...outward.filter((own) => isIP(own.address) === 4), ...outward];
  const chosen = beside[0] ?? ordered.find((own) => own.interface === wanted) ?? ordered[0];
  return chosen?.address;
}

/** Interfaces behind which there are containers, virtual machines or tunnels, and no devices. */
const virtualInterface = /^(br-|cni|docker|flannel|hassio|lxc|lxd|podman|tailscale|tap|tun|veth|virbr|vnet|wg|zt)/;
const privateNetworks = createAddressSet(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]);

/**
 * Every address under which devices may reach this host, the likeliest first: one beside `devices`, one on `wanted`, then what looks
 * like the home's network.
 */
export function addressesForDevices(
  devices: readonly string[],
  addresses: readonly HostAddress[],
  wanted?: string,
): readonly string[] {
  const beside = new Set(devices.map((device) => addressBeside(device.split("/")[0] ?? "", addresses)?.address));
  const rank = (own: HostAddress): number => {
    if (beside.has(own.address)) return 0;
    const family = isIP(own.address) === 4 ? (privateNetworks(own.address) ? 1 : 2) : 3;
    if (own.interface === wanted) return family;
    return family + (virtualInterface.test(own.interface) ? 6 : 3);
  };
  return addresses
    .filter(({ internal, address }) => !internal && !address.startsWith("fe80:"))
    .toSorted((one, other) => rank(one) - rank(other))
    .map(({ address }) => address);
}

/** Tells whether an address is one of these addresses and networks. */
export function createAddressSet(members: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const member of members) {
    const [address = "", prefix] = member.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}
