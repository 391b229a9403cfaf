import { isIP, SocketAddress } from "node:net";
import { endianness } from "node:os";

export interface SocketEndpoint {
  readonly address: string;
  readonly port: number;
}

/** AF_INET and AF_INET6 of Linux. */
export const socketFamilies = { 4: 2, 6: 10 } as const;

const v4 = { bytes: 16, address: 4 } as const;
const v6 = { bytes: 28, address: 8 } as const;
const littleEndian = endianness() === "LE";

/** Linux `sockaddr_in` or `sockaddr_in6`: family in the machine's byte order, port big-endian, address. Undefined: neither. */
export function decodeSocketAddress(bytes: Uint8Array): SocketEndpoint | undefined {
  if (bytes.length < v4.bytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const family = view.getUint16(0, littleEndian);
  const port = view.getUint16(2);
  if (family === socketFamilies[4]) return { address: bytes.subarray(v4.address, v4.address + 4).join("."), port };
  if (family !== socketFamilies[6] || bytes.length < v6.bytes) return undefined;
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(v6.address + 2 * index).toString(16));
  return { address: new SocketAddress({ address: groups.join(":"), family: "ipv6" }).address, port };
}

/** The inverse. `address` must be one. */
export function encodeSocketAddress({ address, port }: SocketEndpoint): Buffer {
  const isV6 = isIP(address) === 6;
  const bytes = Buffer.alloc(isV6 ? v6.bytes : v4.bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint16(0, socketFamilies[isV6 ? 6 : 4], littleEndian);
  view.setUint16(2, port);
  if (isV6) for (const [index, group] of groupsOf(address).entries()) view.setUint16(v6.address + 2 * index, group);
  else bytes.set(address.split(".").map(Number), v4.address);
  return bytes;
}

/** The eight groups of an IPv6 address; a dotted tail counts as two. */
function groupsOf(address: string): readonly number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const [, start = "", a, b, c, d] = dotted ?? [];
  const hex = (high: string | undefined, low: string | undefined) => (Number(high) * 256 + Number(low)).toString(16);
  const plain = dotted === null ? address : `${start}${hex(a, b)}:${hex(c, d)}`;
  const [left = "", right] = plain.split("::");
  const parse = (part: string | undefined): readonly number[] =>
    part === undefined || part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  const [head, tail] = [parse(left), parse(right)];
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}
