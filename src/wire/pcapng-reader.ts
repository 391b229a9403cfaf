import type { EpochUs } from "../model/recording.js";
import { ByteQueue } from "./byte-queue.js";
import { Cursor } from "./cursor.js";
import { boundedMicroseconds, type CaptureFileFault, type FilePacket, maxBlockBytes } from "./file-packet.js";
import {
  blockTypes,
  byteOrderMagic,
  isBlockLength,
  minBlockBytes,
  optionCodes,
  statisticsCodes,
} from "./pcapng-block.js";
import { WireError } from "./wire-error.js";

/** A network interface of a section. */
export interface PcapngInterface {
  readonly id: number;
  readonly linkType: number;
  /** Bytes of a packet that are kept at most; 0: all. */
  readonly snapBytes: number;
  readonly name?: string;
}

/** What a pcapng file holds. Blocks of other types (name resolution, those of single programs) are passed over. */
export type PcapngBlock =
  | { readonly type: "section"; readonly comments: readonly string[]; readonly application?: string }
  | { readonly type: "interface"; readonly interface: PcapngInterface }
  | { readonly type: "packet"; readonly packet: FilePacket }
  /** `secretsType`: `tlsKeyLogType` is a TLS key log. */
  | { readonly type: "secrets"; readonly secretsType: number; readonly bytes: Uint8Array }
  | {
      readonly type: "statistics";
      readonly interfaceId: number;
      readonly received?: number;
      readonly dropped?: number;
      readonly comments: readonly string[];
    };

const maxInterfaces = 65_536;
const utf8 = new TextDecoder();
const nothing: readonly never[] = [];

interface SectionInterface extends PcapngInterface {
  readonly unitsPerSecond: bigint;
  readonly offsetSeconds: bigint;
  /** Units are microseconds since 1970: the default, which needs no arithmetic on large numbers. */
  readonly isPlain: boolean;
}

/** Whether a file begins like pcapng. */
export function isPcapng(head: Uint8Array): boolean {
  return head.length >= 4 && numberAt(head, 0, false) === blockTypes.section;
}

/** Reads a pcapng file as its bytes come. Never throws: what is broken stands in `fault`, and ends the reading. */
export class PcapngReader {
  readonly #queue = new ByteQueue();
  #littleEndian = true;
  #interfaces: SectionInterface[] = [];
  #hasSection = false;
  #packets = 0;
  /** Simple packets have no time of their own. */
  #lastTime = 0 as EpochUs;
  #fault: CaptureFileFault | undefined;

  get fault(): CaptureFileFault | undefined {
    return this.#fault;
  }

  push(chunk: Uint8Array): readonly PcapngBlock[] {
    if (this.#fault !== undefined) return nothing;
    this.#queue.push(chunk);
    const blocks: PcapngBlock[] = [];
    try {
      let whole = this.#nextBlock();
      while (whole !== undefined) {
        const block = this.#readBlock(whole);
        if (block !== undefined) blocks.push(block);
        this.#queue.skip(whole.length);
        whole = this.#nextBlock();
      }
    } catch (error) {
      if (!(error instanceof BlockFault)) throw error;
      this.#fail(error.expected, error.found);
    }
    return blocks;
  }

  /** No more bytes follow. */
  end(): void {
    if (this.#fault !== undefined || (this.#queue.length === 0 && this.#hasSection)) return;
    const head = this.#queue.peek(8);
    const expected =
      head === undefined || !this.#hasSection ? "a whole block" : `a block of ${this.#u32(head, 4)} bytes`;
    this.#fail(expected, `${this.#queue.length} bytes to the end of the file`);
  }

  #fail(expected: string, found: string): void {
    this.#fault = { offset: this.#queue.offset, packets: this.#packets, expected, found };
  }

  /** The next block with its lengths, once all of it is there. */
  #nextBlock(): Uint8Array | undefined {
    const head = this.#queue.peek(minBlockBytes);
    if (head === undefined) return undefined;
    if (isPcapng(head)) this.#beginSection(head);
    else if (!this.#hasSection) throw new BlockFault("the first bytes of a pcapng file", hex(this.#u32(head, 0)));
    const length = this.#u32(head, 4);
    if (!isBlockLength(length)) {
      throw new BlockFault(`a block length from ${minBlockBytes} to ${maxBlockBytes} in steps of 4`, String(length));
    }
    const whole = this.#queue.peek(length);
    if (whole === undefined) return undefined;
    const again = this.#u32(whole, length - 4);
    if (again !== length) throw new BlockFault(`the block's length ${length} again at its end`, String(again));
    return whole;
  }

  #beginSection(head: Uint8Array): void {
    const isLittle = numberAt(head, 8, true) === byteOrderMagic;
    if (!isLittle && numberAt(head, 8, false) !== byteOrderMagic) {
      throw new BlockFault(`the byte order mark ${hex(byteOrderMagic)}`, hex(numberAt(head, 8, false)));
    }
    this.#littleEndian = isLittle;
    this.#hasSection = true;
  }

  #readBlock(whole: Uint8Array): PcapngBlock | undefined {
    const body = new Fields(whole.subarray(8, whole.length - 4), this.#littleEndian);
    try {
      return this.#readBody(this.#u32(whole, 0), body);
    } catch (error) {
      if (error instanceof WireError) throw new BlockFault("a whole block", error.message);
      throw error;
    }
  }

  #readBody(type: number, body: Fields): PcapngBlock | undefined {
    switch (type) {
      case blockTypes.packet:
        return this.#packet(body, body.u32());
      case blockTypes.obsoletePacket: {
        const id = body.u16();
        body.skip(2);
        return this.#packet(body, id);
      }
      case blockTypes.simplePacket:
        return this.#simplePacket(body);
      case blockTypes.section:
        return this.#section(body);
      case blockTypes.interface:
        return this.#interface(body);
      case blockTypes.statistics:
        return statisticsOf(body);
      case blockTypes.secrets:
        return { type: "secrets", secretsType: body.u32(), bytes: body.take(body.u32()) };
      default:
        return undefined;
    }
  }

  #section(body: Fields): PcapngBlock {
    body.skip(4);
    const major = body.u16();
    if (major !== 1) throw new BlockFault("version 1 of pcapng", String(major));
    body.skip(10);
    this.#interfaces = [];
    const options = body.options();
    const application = options.text(optionCodes.application);
    return {
      type: "section",
      comments: options.texts(optionCodes.comment),
      ...(application === undefined ? {} : { application }),
    };
  }

  #interface(body: Fields): PcapngBlock {
    if (this.#interfaces.length >= maxInterfaces) {
      throw new BlockFault(`at most ${maxInterfaces} interfaces`, "one more");
    }
    const linkType = body.u16();
    body.skip(2);
    const snapBytes = body.u32();
    const options = body.options();
    const name = options.text(optionCodes.interfaceName);
    const unitsPerSecond = unitsOf(options.first(optionCodes.resolution)?.[0]);
    const offsetSeconds = options.s64(optionCodes.timeOffset) ?? 0n;
    const described = { id: this.#interfaces.length, linkType, snapBytes, ...(name === undefined ? {} : { name }) };
    const isPlain = unitsPerSecond === 1_000_000n && offsetSeconds === 0n;
    this.#interfaces.push({ ...described, unitsPerSecond, offsetSeconds, isPlain });
    return { type: "interface", interface: described };
  }

  #packet(body: Fields, interfaceId: number): PcapngBlock {
    const from = this.#interfaceOf(interfaceId);
    const at = microseconds(body.u32(), body.u32(), from);
    const captured = body.u32();
    const originalBytes = body.u32();
    const bytes = body.takePadded(captured);
    const comments = body.remaining === 0 ? nothing : body.options().texts(optionCodes.comment);
    return this.#counted({ at, linkType: from.linkType, interfaceId, bytes, originalBytes, comments });
  }

  #simplePacket(body: Fields): PcapngBlock {
    const { linkType, snapBytes } = this.#interfaceOf(0);
    const originalBytes = body.u32();
    const kept = Math.min(originalBytes, snapBytes === 0 ? originalBytes : snapBytes);
    const bytes = body.take(kept);
    return this.#counted({ at: this.#lastTime, linkType, interfaceId: 0, bytes, originalBytes, comments: nothing });
  }

  #counted(packet: Omit<FilePacket, "number">): PcapngBlock {
    this.#packets += 1;
    this.#lastTime = packet.at;
    const { at, linkType, interfaceId, bytes, comments } = packet;
    const originalBytes = Math.max(packet.originalBytes, bytes.length);
    return {
      type: "packet",
      packet: { number: this.#packets, at, linkType, interfaceId, bytes, originalBytes, comments },
    };
  }

  #interfaceOf(id: number): SectionInterface {
    const found = this.#interfaces[id];
    if (found === undefined) {
      throw new BlockFault(`a packet of one of the ${this.#interfaces.length} interfaces`, `one of interface ${id}`);
    }
    return found;
  }

  #u32(bytes: Uint8Array, at: number): number {
    return numberAt(bytes, at, this.#littleEndian);
  }
}

/** Ends the reading; becomes `fault`. */
class BlockFault extends Error {
  readonly expected: string;
  readonly found: string;

  constructor(expected: string, found: string) {
    super(`expected ${expected}, found ${found}`);
    this.expected = expected;
    this.found = found;
  }
}

/** The fields of a block's body, in the section's byte order. */
class Fields {
  readonly #cursor: Cursor;
  readonly #littleEndian: boolean;

  constructor(bytes: Uint8Array, littleEndian: boolean) {
    this.#cursor = new Cursor(bytes);
    this.#littleEndian = littleEndian;
  }

  get remaining(): number {
    return this.#cursor.remaining;
  }

  u16(): number {
    return this.#littleEndian ? this.#cursor.u16le() : this.#cursor.u16be();
  }

  u32(): number {
    return this.#littleEndian ? this.#cursor.u32le() : this.#cursor.u32be();
  }

  take(count: number): Uint8Array {
    return this.#cursor.take(count);
  }

  /** Passes over the filling to a multiple of four; some programs leave it out at the end. */
  takePadded(count: number): Uint8Array {
    const taken = this.#cursor.take(count);
    this.#cursor.skip(Math.min(-count & 3, this.#cursor.remaining));
    return taken;
  }

  skip(count: number): void {
    this.#cursor.skip(count);
  }

  options(): Options {
    const found: (readonly [number, Uint8Array])[] = [];
    while (this.remaining >= 4) {
      const code = this.u16();
      const bytes = this.takePadded(this.u16());
      if (code === optionCodes.end) break;
      found.push([code, bytes]);
    }
    return new Options(found, this.#littleEndian);
  }
}

class Options {
  readonly #found: readonly (readonly [number, Uint8Array])[];
  readonly #littleEndian: boolean;

  constructor(found: readonly (readonly [number, Uint8Array])[], littleEndian: boolean) {
    this.#found = found;
    this.#littleEndian = littleEndian;
  }

  first(code: number): Uint8Array | undefined {
    return this.#found.find(([each]) => each === code)?.[1];
  }

  text(code: number): string | undefined {
    const bytes = this.first(code);
    return bytes === undefined ? undefined : utf8.decode(bytes);
  }

  texts(code: number): readonly string[] {
    return this.#found.filter(([each]) => each === code).map(([, bytes]) => utf8.decode(bytes));
  }

  s64(code: number): bigint | undefined {
    const bytes = this.first(code);
    return bytes?.length === 8 ? viewOf(bytes).getBigInt64(0, this.#littleEndian) : undefined;
  }
}

function statisticsOf(body: Fields): PcapngBlock {
  const interfaceId = body.u32();
  body.skip(8);
  const options = body.options();
  const received = options.s64(statisticsCodes.received);
  const drops = [options.s64(statisticsCodes.droppedByInterface), options.s64(statisticsCodes.droppedBySystem)];
  const known = drops.filter((each) => each !== undefined);
  return {
    type: "statistics",
    interfaceId,
    ...(received === undefined ? {} : { received: Number(received) }),
    ...(known.length === 0 ? {} : { dropped: known.reduce((sum, each) => sum + Number(each), 0) }),
    comments: options.texts(optionCodes.comment),
  };
}

/** Powers of ten, or of two where the top bit is set. */
function unitsOf(resolution: number | undefined): bigint {
  if (resolution === undefined) return 1_000_000n;
  return (resolution & 0x80) === 0 ? 10n ** BigInt(resolution) : 1n << BigInt(resolution & 0x7f);
}

function microseconds(high: number, low: number, from: SectionInterface): EpochUs {
  if (from.isPlain && high < 0x10_0000) return (high * 0x1_0000_0000 + low) as EpochUs;
  const units = (BigInt(high) << 32n) | BigInt(low);
  return boundedMicroseconds((units * 1_000_000n) / from.unitsPerSecond + from.offsetSeconds * 1_000_000n);
}

/** Four bytes; without a view, which would have to be made for each block. */
function numberAt(bytes: Uint8Array, at: number, littleEndian: boolean): number {
  const [a = 0, b = 0, c = 0, d = 0] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
  return littleEndian ? a + b * 0x100 + c * 0x1_0000 + d * 0x100_0000 : d + c * 0x100 + b * 0x1_0000 + a * 0x100_0000;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}
