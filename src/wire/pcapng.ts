import type { EpochUs } from "../model/recording.js";
import { blockTypes, byteOrderMagic, optionCodes, statisticsCodes, tlsKeyLogType } from "./pcapng-block.js";

/*
 * Blocks of pcapng files (draft-ietf-opsawg-pcapng), little endian. A file is one section: its header, its interfaces, then packets,
 * and at the end the statistics of each interface.
 */

const linkTypeEthernet = 1;
const textLimit = 65_535;
const uint32 = 0x1_0000_0000;
const encoder = new TextEncoder();

export interface SectionHeader {
  /** Program that writes the file, with its version. */
  readonly application: string;
  readonly comments: readonly string[];
}

export interface InterfaceDescription {
  readonly name: string;
  readonly description: string;
}

export interface InterfaceStatistics {
  /** Place of its description among those of the section, from 0. */
  readonly interface: number;
  readonly at: EpochUs;
  readonly from: EpochUs;
  readonly to: EpochUs;
  readonly received: number;
  readonly dropped: number;
  readonly comments: readonly string[];
}

export interface CapturedPacket {
  readonly interface: number;
  readonly at: EpochUs;
  /** What of it there is, as pieces that follow each other; they are not copied. */
  readonly pieces: readonly Uint8Array[];
  /** Bytes that it had and that were left out, at its end. */
  readonly missingBytes: number;
  readonly comments: readonly string[];
}

/** The first block of a file. */
export function encodeSectionHeader({ application, comments }: SectionHeader): Uint8Array {
  const body = new Uint8Array(16);
  const view = new DataView(body.buffer);
  view.setUint32(0, byteOrderMagic, true);
  view.setUint16(4, 1, true);
  // How long the section is: not known yet.
  view.setBigInt64(8, -1n, true);
  return encodeBlock(blockTypes.section, body, [
    ...commentOptions(comments),
    textOption(optionCodes.application, application),
  ]);
}

/** An interface with Ethernet packets, whole, and times in microseconds. */
export function encodeInterface({ name, description }: InterfaceDescription): Uint8Array {
  const body = new Uint8Array(8);
  new DataView(body.buffer).setUint16(0, linkTypeEthernet, true);
  return encodeBlock(blockTypes.interface, body, [
    textOption(optionCodes.interfaceName, name),
    textOption(optionCodes.interfaceDescription, description),
  ]);
}

/** One packet, as pieces to be written one after the other. */
export function encodePacket(packet: CapturedPacket): readonly Uint8Array[] {
  const { pieces, at, comments, missingBytes } = packet;
  let captured = 0;
  for (const piece of pieces) captured += piece.length;
  const options = encodeOptions(commentOptions(comments));
  const padding = paddingOf(captured);
  const total = 28 + captured + padding + options.length + 4;
  const front = Buffer.allocUnsafe(28);
  front.writeUInt32LE(blockTypes.packet, 0);
  front.writeUInt32LE(total, 4);
  front.writeUInt32LE(packet.interface, 8);
  front.writeUInt32LE(Math.floor(at / uint32), 12);
  front.writeUInt32LE(at % uint32, 16);
  front.writeUInt32LE(captured, 20);
  front.writeUInt32LE(captured + missingBytes, 24);
  const back = Buffer.alloc(padding + options.length + 4);
  back.set(options, padding);
  back.writeUInt32LE(total, padding + options.length);
  return [front, ...pieces, back];
}

/** TLS secrets as lines of an NSS key log. They open packets that follow. */
export function encodeSecrets(keyLog: Uint8Array): Uint8Array {
  const body = new Uint8Array(8 + keyLog.length + paddingOf(keyLog.length));
  const view = new DataView(body.buffer);
  view.setUint32(0, tlsKeyLogType, true);
  view.setUint32(4, keyLog.length, true);
  body.set(keyLog, 8);
  return encodeBlock(blockTypes.secrets, body, []);
}

export function encodeStatistics(statistics: InterfaceStatistics): Uint8Array {
  const { at, from, to, received, dropped, comments } = statistics;
  const body = new Uint8Array(12);
  const view = new DataView(body.buffer);
  view.setUint32(0, statistics.interface, true);
  setTime(view, 4, at);
  return encodeBlock(blockTypes.statistics, body, [
    ...commentOptions(comments),
    timeOption(statisticsCodes.start, from),
    timeOption(statisticsCodes.end, to),
    countOption(statisticsCodes.received, received),
    countOption(statisticsCodes.droppedByInterface, dropped),
  ]);
}

interface Option {
  readonly code: number;
  readonly value: Uint8Array;
}

function encodeBlock(type: number, body: Uint8Array, options: readonly Option[]): Uint8Array {
  const encoded = encodeOptions(options);
  const total = 12 + body.length + encoded.length;
  const block = new Uint8Array(total);
  const view = new DataView(block.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, total, true);
  block.set(body, 8);
  block.set(encoded, 8 + body.length);
  view.setUint32(total - 4, total, true);
  return block;
}

const noOptions = new Uint8Array(0);

function encodeOptions(options: readonly Option[]): Uint8Array {
  if (options.length === 0) return noOptions;
  const length = options.reduce((sum, { value }) => sum + 4 + value.length + paddingOf(value.length), 4);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { code, value } of options) {
    view.setUint16(at, code, true);
    view.setUint16(at + 2, value.length, true);
    bytes.set(value, at + 4);
    at += 4 + value.length + paddingOf(value.length);
  }
  return bytes;
}

function commentOptions(comments: readonly string[]): readonly Option[] {
  return comments.map((comment) => textOption(optionCodes.comment, comment));
}

function textOption(code: number, text: string): Option {
  const value = encoder.encode(text);
  // Cut in the middle of a character it would be no UTF-8 any more.
  return value.length <= textLimit ? { code, value } : textOption(code, text.slice(0, Math.floor(textLimit / 4)));
}

function timeOption(code: number, at: EpochUs): Option {
  const value = new Uint8Array(8);
  setTime(new DataView(value.buffer), 0, at);
  return { code, value };
}

function countOption(code: number, count: number): Option {
  const value = new Uint8Array(8);
  new DataView(value.buffer).setBigUint64(0, BigInt(count), true);
  return { code, value };
}

/** The high half comes first, whatever the byte order. */
function setTime(view: DataView, offset: number, at: EpochUs): void {
  view.setUint32(offset, Math.floor(at / uint32), true);
  view.setUint32(offset + 4, at % uint32, true);
}

function paddingOf(length: number): number {
  return (4 - (length % 4)) % 4;
}
