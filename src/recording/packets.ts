import type { LegNote, RecordedEvent } from "../model/recording.js";
import { CloudtapError } from "../runtime/errors.js";
import { AddressTexts } from "../wire/address-texts.js";
import { ByteQueue } from "../wire/byte-queue.js";
import type { CaptureFileFault, FilePacket } from "../wire/file-packet.js";
import { legInterfaces } from "../wire/leg-interfaces.js";
import { parseLegNote } from "../wire/leg-note.js";
import { type FoundSegment, readSegment } from "../wire/packet.js";
import { isPcap, PcapReader } from "../wire/pcap-reader.js";
import { isPcapng, type PcapngBlock, PcapngReader } from "../wire/pcapng-reader.js";
import { type ClientEnd, TcpReassembly } from "../wire/tcp-reassembly.js";

export interface PacketLegsOptions {
  /** Ports that devices connect to. They tell which end is the server where neither handshake nor note does. */
  readonly serverPorts?: ReadonlySet<number>;
}

/** What was found in one file so far. */
export interface PacketCounts {
  readonly packets: number;
  /** Of these, TCP that could be read. */
  readonly segments: number;
  /** IP fragments, whose TCP cannot be read. What they held is told as lost where it is missed. */
  readonly fragments: number;
  /** Cut by the snap length before the end of the TCP header, or broken. */
  readonly unreadable: number;
  /** What whoever captured says to have left out, where that is said. */
  readonly dropped: number;
  /** Link types that are not known, none of whose packets was read. */
  readonly unknownLinkTypes: readonly number[];
}

/** The legs of one file, or of several that continue each other and are read one after the other. */
export class PacketLegs {
  readonly #serverPorts: ReadonlySet<number>;
  readonly #reassembly = new TcpReassembly((segment) => this.#clientOf(segment));

  constructor({ serverPorts = new Set() }: PacketLegsOptions = {}) {
    this.#serverPorts = serverPorts;
  }

  /** What a packet of one of the files, in which this segment was found, brings. */
  accept(segment: FoundSegment, packet: FilePacket): readonly RecordedEvent[] {
    const { at, number: place } = packet;
    const note = packet.comments.length === 0 ? undefined : noteIn(packet.comments);
    const { scope, client } = syntheticLegOf(packet) ?? foreign;
    return this.#reassembly.accept({ segment, at, place, scope, client, note });
  }

  /** After the last file: closes what is still open. */
  end(): readonly RecordedEvent[] {
    return this.#reassembly.end();
  }

  #clientOf(segment: FoundSegment): ClientEnd {
    const [source, destination] = [segment.source.port, segment.destination.port];
    const isSourceServer = this.#serverPorts.has(source);
    if (isSourceServer !== this.#serverPorts.has(destination)) return isSourceServer ? "destination" : "source";
    return source < destination ? "destination" : "source";
  }
}

/** Whether a file that begins so holds packets, pcapng or pcap. Needs four bytes to say yes. */
export function isPacketCapture(head: Uint8Array): boolean {
  return isPcapng(head) || isPcap(head);
}

/** One file, as its bytes come. Never throws. Bytes in events are views of the chunks, which nobody may write to again. */
export class PacketRecording {
  readonly #legs: PacketLegs;
  readonly #name: string;
  readonly #head = new ByteQueue();
  readonly #texts = new AddressTexts();
  #reader: FileReader | undefined;
  #fault: CloudtapError | undefined;
  readonly #counts = { packets: 0, segments: 0, fragments: 0, unreadable: 0, dropped: 0 };
  readonly #unknownLinkTypes = new Set<number>();

  constructor(legs: PacketLegs, name: string) {
    this.#legs = legs;
    this.#name = name;
  }

  /** What is broken, code RECORDING_BROKEN, with its place. What stands before it was given out; after it comes nothing. */
  get fault(): CloudtapError | undefined {
    return this.#fault;
  }

  get counts(): PacketCounts {
    return { ...this.#counts, unknownLinkTypes: [...this.#unknownLinkTypes] };
  }

  push(chunk: Uint8Array): readonly RecordedEvent[] {
    if (this.#fault !== undefined) return [];
    if (this.#reader !== undefined) return this.#read(this.#reader, chunk);
    this.#head.push(chunk);
    const first = this.#head.peek(4);
    const all = this.#head.peek(this.#head.length);
    if (first === undefined || all === undefined) return [];
    this.#head.skip(all.length);
    this.#reader = readerOf(first);
    if (this.#reader !== undefined) return this.#read(this.#reader, all);
    this.#fail({ offset: 0, packets: 0, expected: "a pcapng or pcap file", found: hex(first) });
    return [];
  }

  /** No more bytes follow. The legs go on, as the next file may continue them. */
  end(): readonly RecordedEvent[] {
    if (this.#fault !== undefined) return [];
    if (this.#reader === undefined) {
      const found = `${this.#head.length} bytes to the end of the file`;
      this.#fail({ offset: 0, packets: 0, expected: "a pcapng or pcap file", found });
      return [];
    }
    this.#reader.end();
    if (this.#reader.fault !== undefined) this.#fail(this.#reader.fault);
    return [];
  }

  #read(reader: FileReader, chunk: Uint8Array): readonly RecordedEvent[] {
    const events: RecordedEvent[] = [];
    // Views of a Buffer would be Buffers, which take several times as long to make.
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
    for (const block of reader.push(bytes)) {
      if (block.type === "packet") this.#readPacket(block.packet, events);
      else if (block.type === "statistics") this.#counts.dropped += block.dropped ?? 0;
    }
    if (reader.fault !== undefined) this.#fail(reader.fault);
    return events;
  }

  #readPacket(packet: FilePacket, events: RecordedEvent[]): void {
    this.#counts.packets += 1;
    const found = readSegment(packet, this.#texts);
    if (typeof found !== "string") {
      this.#counts.segments += 1;
      for (const event of this.#legs.accept(found, packet)) events.push(event);
    } else if (found === "fragment") this.#counts.fragments += 1;
    else if (found === "unreadable") this.#counts.unreadable += 1;
    else if (found === "unknown-link-type") this.#unknownLinkTypes.add(packet.linkType);
  }

  #fail({ offset, packets, expected, found }: CaptureFileFault): void {
    const where = `${this.#name}: byte ${offset}, after packet ${packets}`;
    const details = { file: this.#name, offset, packets, expected, found };
    this.#fault = new CloudtapError("RECORDING_BROKEN", `${where}: expected ${expected}, found ${found}`, details);
  }
}

/**
 * All events of one file. Throws CloudtapError RECORDING_BROKEN after the last that could be read. Where `legs` is given
 * the legs go on after the file, and who gave it ends them.
 */
export async function* readPackets(
  source: AsyncIterable<Uint8Array>,
  name: string,
  legs?: PacketLegs,
): AsyncGenerator<RecordedEvent, void, undefined> {
  const all = legs ?? new PacketLegs();
  const recording = new PacketRecording(all, name);
  for await (const chunk of source) {
    yield* recording.push(chunk);
    if (recording.fault !== undefined) break;
  }
  yield* recording.end();
  if (legs === undefined) yield* all.end();
  if (recording.fault !== undefined) throw recording.fault;
}

interface FileReader {
  readonly fault: CaptureFileFault | undefined;
  push(chunk: Uint8Array): readonly PcapngBlock[];
  end(): void;
}

function readerOf(head: Uint8Array): FileReader | undefined {
  if (isPcapng(head)) return new PcapngReader();
  if (!isPcap(head)) return undefined;
  const reader = new PcapReader();
  return {
    get fault() {
      return reader.fault;
    },
    push: (chunk) => reader.push(chunk).map((packet) => ({ type: "packet", packet })),
    end: () => reader.end(),
  };
}

function noteIn(comments: readonly string[]): LegNote | undefined {
  for (const comment of comments) {
    const note = parseLegNote(comment);
    if (note !== undefined) return note;
  }
  return undefined;
}

interface PacketOrigin {
  readonly scope: string;
  readonly client: ClientEnd | undefined;
}

const foreign: PacketOrigin = { scope: "", client: undefined };

interface SyntheticEnd {
  readonly destination: Uint8Array;
  readonly source: Uint8Array;
  readonly origin: PacketOrigin;
}

/** Packets to either end of either leg, by the last byte of the destination's hardware address. */
const synthetic: ReadonlyMap<number | undefined, SyntheticEnd> = new Map(
  legInterfaces
    .flatMap(({ side, hardware: { client, server } }): readonly SyntheticEnd[] => [
      { destination: client, source: server, origin: { scope: `${side} `, client: "destination" } },
      { destination: server, source: client, origin: { scope: `${side} `, client: "source" } },
    ])
    .map((end) => [end.destination[5], end]),
);

/** Cloudtap's own captures tell leg and client by hardware addresses. */
function syntheticLegOf({ linkType, bytes }: FilePacket): PacketOrigin | undefined {
  const end = synthetic.get(bytes[5]);
  if (linkType !== 1 || end === undefined) return undefined;
  for (let at = 0; at < 6; at += 1)
    if (bytes[at] !== end.destination[at] || bytes[at + 6] !== end.source[at]) return undefined;
  return end.origin;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
