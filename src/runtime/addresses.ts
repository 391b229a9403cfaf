import { isIP, SocketAddress } from "node:net";

/** `192.168.1.50:443`, `[fd00::1]:443`; also of a host name. */
export function formatAddressAndPort(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** One spelling an address: no zone, an IPv4 address mapped into IPv6 as IPv4. */
export function plainAddress(address: string): string {
  const bare = address.split("%")[0] ?? address;
  if (isIP(bare) !== 6) return bare;
  const spelled = new SocketAddress({ address: bare, family: "ipv6" }).address;
  return spelled.startsWith("::ffff:") && spelled.includes(".") ? spelled.slice(7) : spelled;
}
