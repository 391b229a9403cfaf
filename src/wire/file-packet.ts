import type { EpochUs } from "../model/recording.js";

/** A packet as a capture file holds it. */
export interface FilePacket {
  /** In its file, from 1, as Wireshark counts. */
  readonly number: number;
  readonly at: EpochUs;
  readonly linkType: number;
  /** From 0 in its section; pcap has only one. */
  readonly interfaceId: number;
  /** From the link layer on, as far as it was kept. A view of the file's bytes. */
  readonly bytes: Uint8Array;
  /** How long it was on the wire. */
  readonly originalBytes: number;
  readonly comments: readonly string[];
}

/** Why a capture file cannot be read any further. */
export interface CaptureFileFault {
  /** Of the file's byte where what is broken begins. */
  readonly offset: number;
  /** Packets that were read before. */
  readonly packets: number;
  readonly expected: string;
  readonly found: string;
}

/** Longest block or packet that is read: more is a broken length, and would only cost memory. */
export const maxBlockBytes = 16 * 1024 * 1024;

/** As far as a date can tell time (the year 275760). */
const maxMicroseconds = 8_640_000_000_000_000_000n;

/** Keeps a broken time stamp within what a date can hold. */
export function boundedMicroseconds(microseconds: bigint): EpochUs {
  const bounded = microseconds < 0n ? 0n : microseconds > maxMicroseconds ? maxMicroseconds : microseconds;
  return Number(bounded) as EpochUs;
}
