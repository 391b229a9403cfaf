import { createSocket } from "node:dgram";
import { BlockList, isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { plainAddress } from "../runtime/addresses.js";

/** One address of this host. */
export interface LocalAddress {
  readonly interface: string;
  /** In its shortest spelling, without a zone. */
  readonly address: string;
  /** Its network, `192.168.1.10/24`; absent where the system does not say. */
  readonly network?: string;
  readonly internal: boolean;
}

/** What this host knows of its addresses. */
export interface LocalNetwork {
  addresses(): readonly LocalAddress[];
  /** The own address from which the system would call this one; undefined: there is no way. */
  towards(address: string): Promise<string | undefined>;
}

export const systemNetwork: LocalNetwork = {
  addresses: () =>
    Object.entries(networkInterfaces()).flatMap(([name, entries = []]) =>
      entries.map(({ address, cidr, internal }) => ({
        interface: name,
        address: plainAddress(address),
        ...(cidr === null ? {} : { network: cidr }),
        internal,
      })),
    ),
  towards: findSource,
};

/** True where asking `address` ends on this host. */
export function isOwnAddress(address: string, network: LocalNetwork): boolean {
  const plain = plainAddress(address);
  if (plain === "::" || plain === "0.0.0.0" || isLoopback(plain)) return true;
  return network.addresses().some((own) => own.address === plain);
}

export function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}

/** Tells whether an address is in one of these networks, `ADDRESS/BITS`. */
export function createNetworkSet(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? "ipv6" : "ipv4");
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/** Connecting a UDP socket sends nothing; the system only chooses the way. */
function findSource(address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(isIP(address) === 6 ? "udp6" : "udp4");
    const end = (source: string | undefined): void => {
      socket.close();
      resolve(source);
    };
    socket.once("error", () => end(undefined));
    // As a listener, for Node would hand an error to a callback of `connect`, too.
    socket.once("connect", () => end(plainAddress(socket.address().address)));
    socket.connect(9, address);
  });
}
