import { internetChecksum, internetSum } from "./internet-checksum.js";

/** Bits of the TCP header. */
export const tcpFlags = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10 } as const;

/** One end of a connection as its packets name it. */
export interface PacketEnd {
  /** Six bytes. */
  readonly mac: Uint8Array;
  /** Four bytes (IPv4) or sixteen; of both ends alike. */
  readonly address: Uint8Array;
  readonly port: number;
}

export interface TcpSegment {
  readonly source: PacketEnd;
  readonly target: PacketEnd;
  readonly sequence: number;
  /** What the other end has sent is confirmed up to here; 0 without the flag. */
  readonly acknowledgement: number;
  readonly flags: number;
  /** As the header holds it, unscaled. */
  readonly window: number;
  /** A multiple of four bytes. */
  readonly options: Uint8Array;
  readonly payload: Uint8Array;
  /** `internetSum` of the payload, where it is known already. */
  readonly payloadSum?: number;
  /** Of IPv4. */
  readonly identification: number;
}

/** The most that one packet carries: an IP packet has at most 65535 bytes. */
export const mostPayloadBytes = 65_280;

const ethernetBytes = 14;
const ipv4Bytes = 20;
const ipv6Bytes = 40;
const tcpBytes = 20;
const protocolTcp = 6;
const hopLimit = 64;
const doNotFragment = 0x4000;

/** Ethernet, IP and TCP headers of a segment, with lengths and checksums that fit its payload. */
export function encodeTcpHeaders(segment: TcpSegment): Uint8Array {
  const isIpv6 = segment.source.address.length === 16;
  const tcpLength = tcpBytes + segment.options.length + segment.payload.length;
  const tcpAt = ethernetBytes + (isIpv6 ? ipv6Bytes : ipv4Bytes);
  const packet = Buffer.allocUnsafe(tcpAt + tcpBytes + segment.options.length);
  packet.set(segment.target.mac, 0);
  packet.set(segment.source.mac, 6);
  packet.writeUInt16BE(isIpv6 ? 0x86dd : 0x0800, 12);
  if (isIpv6) putIpv6(packet, segment, tcpLength);
  else putIpv4(packet, segment, tcpLength);
  putTcp(packet, tcpAt, segment, tcpLength);
  return packet;
}

function putIpv4(packet: Buffer, { source, target, identification }: TcpSegment, tcpLength: number): void {
  const at = ethernetBytes;
  packet.writeUInt16BE(0x4500, at);
  packet.writeUInt16BE(ipv4Bytes + tcpLength, at + 2);
  packet.writeUInt16BE(identification & 0xffff, at + 4);
  packet.writeUInt16BE(doNotFragment, at + 6);
  packet.writeUInt8(hopLimit, at + 8);
  packet.writeUInt8(protocolTcp, at + 9);
  packet.writeUInt16BE(0, at + 10);
  packet.set(source.address, at + 12);
  packet.set(target.address, at + 16);
  packet.writeUInt16BE(internetChecksum(internetSum(packet.subarray(at, at + ipv4Bytes))), at + 10);
}

function putIpv6(packet: Buffer, { source, target }: TcpSegment, tcpLength: number): void {
  const at = ethernetBytes;
  packet.writeUInt32BE(0x6000_0000, at);
  packet.writeUInt16BE(tcpLength, at + 4);
  packet.writeUInt8(protocolTcp, at + 6);
  packet.writeUInt8(hopLimit, at + 7);
  packet.set(source.address, at + 8);
  packet.set(target.address, at + 24);
}

function putTcp(packet: Buffer, at: number, segment: TcpSegment, tcpLength: number): void {
  const { source, target, sequence, acknowledgement, flags, window, options, payload } = segment;
  packet.writeUInt16BE(source.port, at);
  packet.writeUInt16BE(target.port, at + 2);
  packet.writeUInt32BE(sequence, at + 4);
  packet.writeUInt32BE(acknowledgement, at + 8);
  packet.writeUInt8((tcpBytes + options.length) << 2, at + 12);
  packet.writeUInt8(flags, at + 13);
  packet.writeUInt16BE(window, at + 14);
  packet.writeUInt32BE(0, at + 16);
  packet.set(options, at + tcpBytes);
  const addresses = internetSum(source.address) + internetSum(target.address);
  const own = internetSum(packet.subarray(at));
  const sum = addresses + protocolTcp + tcpLength + own + (segment.payloadSum ?? internetSum(payload));
  packet.writeUInt16BE(internetChecksum(sum), at + 16);
}
