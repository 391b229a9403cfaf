import type { EpochUs } from "../model/recording.js";
import { ByteQueue } from "./byte-queue.js";
import { type CaptureFileFault, type FilePacket, maxBlockBytes } from "./file-packet.js";

const headerBytes = 24;
const recordHeaderBytes = 16;
/** Magic numbers of the libpcap format (draft-ietf-opsawg-pcap): the fraction of a second is micro- or nanoseconds. */
const magics = { microseconds: 0xa1b2c3d4, nanoseconds: 0xa1b23c4d } as const;

interface PcapFormat {
  readonly littleEndian: boolean;
  readonly linkType: number;
  /** Units of the fraction in a microsecond. */
  readonly fractionUnits: number;
}

/** Whether a file begins like pcap, in either byte order. */
export function isPcap(head: Uint8Array): boolean {
  return byteOrderOf(head) !== undefined;
}

/** Reads a pcap file as its bytes come. Never throws: what is broken stands in `fault`, and ends the reading. */
export class PcapReader {
  readonly #queue = new ByteQueue();
  #format: PcapFormat | undefined;
  #packets = 0;
  #fault: CaptureFileFault | undefined;

  get fault(): CaptureFileFault | undefined {
    return this.#fault;
  }

  push(chunk: Uint8Array): readonly FilePacket[] {
    if (this.#fault !== undefined) return [];
    this.#queue.push(chunk);
    const packets: FilePacket[] = [];
    this.#format ??= this.#readHeader();
    if (this.#format === undefined) return packets;
    let packet = this.#readRecord(this.#format);
    while (packet !== undefined) {
      packets.push(packet);
      packet = this.#readRecord(this.#format);
    }
    return packets;
  }

  /** No more bytes follow. */
  end(): void {
    if (this.#fault !== undefined) return;
    const found = `${this.#queue.length} bytes to the end of the file`;
    if (this.#format === undefined) this.#fail(`a file header of ${headerBytes} bytes`, found);
    else if (this.#queue.length > 0) {
      const head = this.#queue.peek(recordHeaderBytes);
      const needed = head === undefined ? 0 : viewOf(head).getUint32(8, this.#format.littleEndian);
      this.#fail(`a packet of ${recordHeaderBytes + needed} bytes`, found);
    }
  }

  #readHeader(): PcapFormat | undefined {
    const head = this.#queue.peek(headerBytes);
    if (head === undefined) return undefined;
    const order = byteOrderOf(head);
    if (order === undefined) return this.#fail("the first bytes of a pcap file", hex(head.subarray(0, 4)));
    this.#queue.skip(headerBytes);
    // The upper half says how long the frame check sequence is.
    return { ...order, linkType: viewOf(head).getUint32(20, order.littleEndian) & 0xffff };
  }

  #readRecord(format: PcapFormat): FilePacket | undefined {
    const head = this.#queue.peek(recordHeaderBytes);
    if (head === undefined) return undefined;
    const view = viewOf(head);
    const captured = view.getUint32(8, format.littleEndian);
    if (captured > maxBlockBytes) {
      return this.#fail(`a packet of at most ${maxBlockBytes} bytes`, `one of ${captured} bytes`);
    }
    const whole = this.#queue.peek(recordHeaderBytes + captured);
    if (whole === undefined) return undefined;
    const fraction = view.getUint32(4, format.littleEndian);
    const at = view.getUint32(0, format.littleEndian) * 1_000_000 + Math.floor(fraction / format.fractionUnits);
    this.#queue.skip(whole.length);
    this.#packets += 1;
    return {
      number: this.#packets,
      at: at as EpochUs,
      linkType: format.linkType,
      interfaceId: 0,
      bytes: whole.subarray(recordHeaderBytes),
      originalBytes: Math.max(captured, view.getUint32(12, format.littleEndian)),
      comments: [],
    };
  }

  #fail(expected: string, found: string): undefined {
    this.#fault = { offset: this.#queue.offset, packets: this.#packets, expected, found };
    return undefined;
  }
}

function byteOrderOf(head: Uint8Array): Pick<PcapFormat, "littleEndian" | "fractionUnits"> | undefined {
  if (head.length < 4) return undefined;
  const view = viewOf(head);
  for (const littleEndian of [true, false]) {
    const magic = view.getUint32(0, littleEndian);
    if (magic === magics.microseconds) return { littleEndian, fractionUnits: 1 };
    if (magic === magics.nanoseconds) return { littleEndian, fractionUnits: 1000 };
  }
  return undefined;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
