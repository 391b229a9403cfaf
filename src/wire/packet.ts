import type { RecordedEndpoint } from "../model/recording.js";
import { AddressTexts } from "./address-texts.js";
import type { FilePacket } from "./file-packet.js";

/** A TCP segment as a packet holds it. */
export interface FoundSegment {
  readonly source: RecordedEndpoint;
  readonly destination: RecordedEndpoint;
  /** Of the first byte of the payload, or of SYN. */
  readonly sequence: number;
  /** Says something only with the flag. */
  readonly acknowledgement: number;
  readonly flags: number;
  /** A view. */
  readonly payload: Uint8Array;
  /** Bytes of the payload, at its end, that the capture left out. */
  readonly missing: number;
}

/** Why a packet gave no segment. */
export type NoSegment = "other" | "fragment" | "unreadable" | "unknown-link-type";

/** Numbers of www.tcpdump.org/linktypes.html; 12 and 14 are raw IP where a system's own number was written. */
const linkTypes = new Map<number, (bytes: Uint8Array) => number | NoSegment>([
  [0, loopback],
  [1, (bytes) => tagged(bytes, 12)],
  [12, (bytes) => network(bytes, 0)],
  [14, (bytes) => network(bytes, 0)],
  [101, (bytes) => network(bytes, 0)],
  [108, loopback],
  [113, (bytes) => tagged(bytes, 14)],
  [228, (bytes) => network(bytes, 0)],
  [229, (bytes) => network(bytes, 0)],
  [276, (bytes) => (bytes.length < 20 ? "unreadable" : etherType(bytes, word(bytes, 0), 20))],
]);
const etherTypes = { ipv4: 0x0800, ipv6: 0x86dd, vlan: [0x8100, 0x88a8, 0x9100] } as const;
/** AF_INET everywhere; AF_INET6 is another number on each system. */
const families = { ipv4: 2, ipv6: [10, 24, 28, 30] } as const;
const ipProtocol = { hopByHop: 0, tcp: 6, routing: 43, fragment: 44, authentication: 51, destination: 60 } as const;
const extensions: readonly number[] = [ipProtocol.hopByHop, ipProtocol.routing, ipProtocol.destination, 135, 139, 140];

/** Finds the TCP segment in a packet. Checksums are not compared: where the network card makes them, captures hold none. Never throws. */
export function readSegment(packet: FilePacket, texts = new AddressTexts()): FoundSegment | NoSegment {
  const link = linkTypes.get(packet.linkType);
  if (link === undefined) return "unknown-link-type";
  const at = link(packet.bytes);
  if (typeof at === "string") return at;
  const version = (packet.bytes[at] ?? 0) >> 4;
  if (version === 4) return ipv4(packet, at, texts);
  return version === 6 ? ipv6(packet, at, texts) : "unreadable";
}

function network(bytes: Uint8Array, at: number): number | NoSegment {
  return at < bytes.length ? at : "unreadable";
}

/** `at`: where the type stands, which tags of virtual networks may precede. */
function tagged(bytes: Uint8Array, at: number): number | NoSegment {
  let typeAt = at;
  while (typeAt + 2 <= bytes.length) {
    const type = word(bytes, typeAt);
    if (!etherTypes.vlan.some((tag) => tag === type)) return etherType(bytes, type, typeAt + 2);
    typeAt += 4;
  }
  return "unreadable";
}

function etherType(bytes: Uint8Array, type: number, at: number): number | NoSegment {
  if (etherTypes.vlan.some((tag) => tag === type)) return tagged(bytes, at + 2);
  return type === etherTypes.ipv4 || type === etherTypes.ipv6 ? network(bytes, at) : "other";
}

/** The family stands in the byte order of the host that captured; it is small, so that either order tells it. */
function loopback(bytes: Uint8Array): number | NoSegment {
  if (bytes.length < 4) return "unreadable";
  const family = (bytes[0] ?? 0) + (bytes[3] ?? 0);
  const isIp = family === families.ipv4 || families.ipv6.some((each) => each === family);
  return isIp && word(bytes, 1) === 0 ? network(bytes, 4) : "other";
}

function ipv4(packet: FilePacket, at: number, texts: AddressTexts): FoundSegment | NoSegment {
  const { bytes } = packet;
  const headerBytes = ((bytes[at] ?? 0) & 0x0f) * 4;
  if (headerBytes < 20 || at + headerBytes > bytes.length) return "unreadable";
  if (bytes[at + 9] !== ipProtocol.tcp) return "other";
  // All but the flag "don't fragment": more follow, or this is not the first.
  if ((word(bytes, at + 6) & 0x3fff) !== 0) return "fragment";
  const total = word(bytes, at + 2);
  const end = total === 0 ? packet.originalBytes : at + total;
  const hosts = [texts.of(bytes, at + 12, 4), texts.of(bytes, at + 16, 4)] as const;
  return tcp(bytes, { at: at + headerBytes, end, hosts });
}

function ipv6(packet: FilePacket, at: number, texts: AddressTexts): FoundSegment | NoSegment {
  const { bytes } = packet;
  if (at + 40 > bytes.length) return "unreadable";
  const length = word(bytes, at + 4);
  const end = length === 0 ? packet.originalBytes : at + 40 + length;
  let next = bytes[at + 6] ?? 0;
  let headerAt = at + 40;
  while (next !== ipProtocol.tcp) {
    if (headerAt + 8 > bytes.length) return extensions.includes(next) ? "unreadable" : "other";
    const header = { next: bytes[headerAt] ?? 0, length: bytes[headerAt + 1] ?? 0 };
    if (next === ipProtocol.fragment) {
      if ((word(bytes, headerAt + 2) & 0xfff9) !== 0) return header.next === ipProtocol.tcp ? "fragment" : "other";
      headerAt += 8;
    } else if (next === ipProtocol.authentication) headerAt += (header.length + 2) * 4;
    else if (extensions.includes(next)) headerAt += (header.length + 1) * 8;
    else return "other";
    next = header.next;
  }
  const hosts = [texts.of(bytes, at + 8, 16), texts.of(bytes, at + 24, 16)] as const;
  return tcp(bytes, { at: headerAt, end, hosts });
}

interface TransportPart {
  readonly at: number;
  /** Where the packet ends, captured or not; what follows is the filling of a short Ethernet frame. */
  readonly end: number;
  readonly hosts: readonly [string, string];
}

function tcp(bytes: Uint8Array, { at, end, hosts }: TransportPart): FoundSegment | NoSegment {
  if (at + 20 > Math.min(bytes.length, end)) return "unreadable";
  const headerBytes = ((bytes[at + 12] ?? 0) >> 4) * 4;
  const payloadAt = at + headerBytes;
  if (headerBytes < 20 || payloadAt > end) return "unreadable";
  const payload = bytes.subarray(payloadAt, end);
  return {
    source: { address: hosts[0], port: word(bytes, at) },
    destination: { address: hosts[1], port: word(bytes, at + 2) },
    sequence: double(bytes, at + 4),
    acknowledgement: double(bytes, at + 8),
    flags: bytes[at + 13] ?? 0,
    payload,
    missing: end - payloadAt - payload.length,
  };
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function double(bytes: Uint8Array, at: number): number {
  return word(bytes, at) * 0x1_0000 + word(bytes, at + 2);
}
