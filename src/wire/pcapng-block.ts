import { maxBlockBytes } from "./file-packet.js";

/* What pcapng files are made of (draft-ietf-opsawg-pcapng §3, §4 and its appendices). */

export const blockTypes = {
  section: 0x0a0d0d0a,
  interface: 1,
  obsoletePacket: 2,
  simplePacket: 3,
  statistics: 5,
  packet: 6,
  secrets: 10,
} as const;

/** Of section headers and of interfaces; a comment may stand in every block. */
export const optionCodes = {
  end: 0,
  comment: 1,
  interfaceName: 2,
  interfaceDescription: 3,
  application: 4,
  resolution: 9,
  timeOffset: 14,
} as const;

/** Options of interface statistics. */
export const statisticsCodes = { start: 2, end: 3, received: 4, droppedByInterface: 5, droppedBySystem: 7 } as const;

/** Behind a section's type and length. Tells in which order the bytes of its numbers stand. */
export const byteOrderMagic = 0x1a2b3c4d;

/** Type of secrets that are lines of an NSS key log. */
export const tlsKeyLogType = 0x544c534b;

/** Type and length, and the length again at the end. */
export const minBlockBytes = 12;

/** Of the total length; more than `maxBlockBytes` is a broken one. */
export function isBlockLength(length: number): boolean {
  return length >= minBlockBytes && length <= maxBlockBytes && length % 4 === 0;
}
