import type { EpochUs, RecordedEndpoint } from "../model/recording.js";
import { internetSum } from "./internet-checksum.js";
import { parseIpAddress, withoutMapping } from "./ip-address.js";
import { legInterfaces } from "./leg-interfaces.js";
import type { PayloadSums } from "./payload-sums.js";
import { encodePacket } from "./pcapng.js";
import { encodeTcpHeaders, mostPayloadBytes, type PacketEnd, tcpFlags } from "./tcp-packet.js";

export type LegEnd = "client" | "server";

/** A packet of a leg as it is to be written. */
export interface LegPacket {
  readonly at: EpochUs;
  readonly from: LegEnd;
  readonly flags: number;
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly payload: Uint8Array;
  /** Each becomes a comment of its own; may be added to until the packet is written. */
  readonly comments: string[];
}

export interface SyntheticLegOptions {
  /** Who connects, and to whom. Addresses of both families at once are written as IPv6. */
  readonly client: RecordedEndpoint;
  readonly server: RecordedEndpoint;
  /** Place among `legInterfaces`, and among those of the file. */
  readonly interface: 0 | 1;
  /** Tells legs apart that use the same addresses and ports one after the other. */
  readonly number: number;
  /** Shared by legs on which the same chunks pass. */
  readonly sums?: PayloadSums;
}

const noBytes = new Uint8Array(0);
/** Maximum segment size, then a window that is counted in 16 KiB: what is unconfirmed never fills it. */
const synOptions = Uint8Array.of(2, 4, 0xff, 0x00, 3, 3, 14, 0);
const window = 0xffff;
const confirmAfterBytes = 1_048_576;
const sequenceModulus = 0x1_0000_0000;

/**
 * Makes the TCP packets of a connection whose streams alone are known: a handshake, segments that are confirmed, FIN and RST as they
 * happened. What it returns is in order and complete; packets may be left out from the front.
 */
export class SyntheticLeg {
  readonly options: SyntheticLegOptions;
  readonly #ends: Readonly<Record<LegEnd, PacketEnd>>;
  readonly #next: Record<LegEnd, number>;
  readonly #unconfirmed: Record<LegEnd, number> = { client: 0, server: 0 };
  #identification = 0;

  constructor(options: SyntheticLegOptions) {
    this.options = options;
    this.#ends = endsOf(options);
    const first = (options.number * 64_000 + 1) % sequenceModulus;
    this.#next = { client: first, server: (first + 0x4000_0000) % sequenceModulus };
  }

  /** SYN, SYN and ACK, ACK. */
  open(at: EpochUs): readonly LegPacket[] {
    const syn = this.#packet("client", tcpFlags.syn, at);
    this.#advance("client", 1);
    const answer = this.#packet("server", tcpFlags.syn | tcpFlags.ack, at);
    this.#advance("server", 1);
    return [syn, answer, this.#packet("client", tcpFlags.ack, at)];
  }

  /** A chunk of the stream, in as many packets as it takes. The chunk is kept, not copied. */
  data(from: LegEnd, chunk: Uint8Array, at: EpochUs): readonly LegPacket[] {
    if (chunk.length === 0) return [];
    const packets: LegPacket[] = [];
    for (let offset = 0; offset < chunk.length; offset += mostPayloadBytes) {
      const payload = chunk.length <= mostPayloadBytes ? chunk : chunk.subarray(offset, offset + mostPayloadBytes);
      packets.push(this.#packet(from, tcpFlags.psh | tcpFlags.ack, at, payload));
      this.#advance(from, payload.length);
    }
    this.#unconfirmed[from] += chunk.length;
    this.#unconfirmed[otherEnd(from)] = 0;
    if (this.#unconfirmed[from] >= confirmAfterBytes) {
      packets.push(this.#packet(otherEnd(from), tcpFlags.ack, at));
      this.#unconfirmed[from] = 0;
    }
    return packets;
  }

  /** Bytes of the stream that nobody has: a hole. */
  skip(from: LegEnd, bytes: number): void {
    this.#advance(from, bytes % sequenceModulus);
  }

  /** FIN, and its confirmation. */
  finish(from: LegEnd, at: EpochUs): readonly LegPacket[] {
    const fin = this.#packet(from, tcpFlags.fin | tcpFlags.ack, at);
    this.#advance(from, 1);
    return [fin, this.#packet(otherEnd(from), tcpFlags.ack, at)];
  }

  /** RST. */
  reset(from: LegEnd, at: EpochUs): LegPacket {
    return this.#packet(from, tcpFlags.rst | tcpFlags.ack, at);
  }

  /**
   * The packet as a block of a pcapng file, in pieces. `keptBytes`: so much of its payload is written, the rest counts as left out.
   */
  encode(packet: LegPacket, keptBytes = packet.payload.length): readonly Uint8Array[] {
    const { from, at, flags, sequence, acknowledgement, payload, comments } = packet;
    this.#identification += 1;
    const headers = encodeTcpHeaders({
      ...{ source: this.#ends[from], target: this.#ends[otherEnd(from)] },
      ...{ sequence, acknowledgement, flags, window, payload },
      payloadSum: this.options.sums?.of(payload) ?? internetSum(payload),
      options: (flags & tcpFlags.syn) === 0 ? noBytes : synOptions,
      identification: this.#identification,
    });
    const kept = keptBytes === payload.length ? payload : payload.subarray(0, keptBytes);
    return encodePacket({
      ...{ interface: this.options.interface, at, comments },
      pieces: kept.length === 0 ? [headers] : [headers, kept],
      missingBytes: payload.length - kept.length,
    });
  }

  #packet(from: LegEnd, flags: number, at: EpochUs, payload: Uint8Array = noBytes): LegPacket {
    const acknowledgement = (flags & tcpFlags.ack) === 0 ? 0 : this.#next[otherEnd(from)];
    return { at, from, flags, sequence: this.#next[from], acknowledgement, payload, comments: [] };
  }

  #advance(end: LegEnd, bytes: number): void {
    this.#next[end] = (this.#next[end] + bytes) % sequenceModulus;
  }
}

export function otherEnd(end: LegEnd): LegEnd {
  return end === "client" ? "server" : "client";
}

function endsOf({ client, server, ...options }: SyntheticLegOptions): Readonly<Record<LegEnd, PacketEnd>> {
  const { hardware } = legInterfaces[options.interface];
  const addresses = { client: addressOf(client), server: addressOf(server) };
  const isMixed = addresses.client.length !== addresses.server.length;
  const end = (name: LegEnd, port: number): PacketEnd => ({
    mac: hardware[name],
    address: isMixed ? asIpv6(addresses[name]) : addresses[name],
    port,
  });
  return { client: end("client", client.port), server: end("server", server.port) };
}

/** An address that is none becomes 0.0.0.0. */
function addressOf({ address }: RecordedEndpoint): Uint8Array {
  return withoutMapping(parseIpAddress(address) ?? new Uint8Array(4));
}

function asIpv6(address: Uint8Array): Uint8Array {
  return address.length === 16 ? address : Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...address);
}
