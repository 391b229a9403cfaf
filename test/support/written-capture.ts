import { readFileSync } from "node:fs";
import type { LegNote } from "../../src/model/recording.js";
import { parseLegNote } from "../../src/wire/leg-note.js";
import { readSegment } from "../../src/wire/packet.js";
import { type PcapngBlock, PcapngReader } from "../../src/wire/pcapng-reader.js";

/** A TCP packet as it stands in a capture. */
export interface WrittenPacket {
  readonly leg: "device" | "cloud";
  readonly atUs: number;
  /** `address:port`. */
  readonly from: string;
  readonly to: string;
  /** Letters of the flags that are set, such as `SA`. */
  readonly flags: string;
  readonly payload: Buffer;
  /** Bytes of the payload that were left out. */
  readonly missing: number;
  readonly sequence: number;
  readonly comments: readonly string[];
}

/** What a capture holds. */
export interface WrittenCapture {
  readonly application: string | undefined;
  readonly comments: readonly string[];
  readonly packets: readonly WrittenPacket[];
  /** Those with a payload, as text. */
  readonly texts: readonly string[];
  /** Comments of all packets. */
  readonly remarks: readonly string[];
  readonly notes: readonly LegNote[];
  /** Blocks of secrets, as text. */
  readonly secrets: readonly string[];
  /** What the end of the file says, of both interfaces. */
  readonly statistics: readonly Extract<PcapngBlock, { readonly type: "statistics" }>[];
  /** Types of all blocks, in order. */
  readonly order: readonly PcapngBlock["type"][];
}

const flagLetters = [
  ["F", 0x01],
  ["S", 0x02],
  ["R", 0x04],
  ["A", 0x10],
] as const;

/** Reads the pieces of a capture; throws where anything of it is broken. */
export function readCapture(pieces: Uint8Array | readonly Uint8Array[]): WrittenCapture {
  const reader = new PcapngReader();
  const blocks = reader.push(pieces instanceof Uint8Array ? pieces : Buffer.concat(pieces));
  reader.end();
  if (reader.fault !== undefined) throw new Error(`broken: ${JSON.stringify(reader.fault)}`);
  const [section] = blocks;
  if (section?.type !== "section") throw new Error("expected a section header first");
  const packets = blocks.flatMap((block) => (block.type === "packet" ? [packetOf(block)] : []));
  const remarks = packets.flatMap(({ comments }) => comments);
  return {
    ...{ application: section.application, comments: section.comments, packets, remarks },
    texts: packets.filter(({ payload }) => payload.length > 0).map(({ payload }) => payload.toString()),
    notes: remarks.map(parseLegNote).filter((note) => note !== undefined),
    secrets: blocks.flatMap((block) => (block.type === "secrets" ? [Buffer.from(block.bytes).toString()] : [])),
    statistics: blocks.filter((block) => block.type === "statistics"),
    order: blocks.map(({ type }) => type),
  };
}

export function readCaptureFile(path: string): WrittenCapture {
  return readCapture(readFileSync(path));
}

function packetOf({ packet }: Extract<PcapngBlock, { readonly type: "packet" }>): WrittenPacket {
  const segment = readSegment(packet);
  if (typeof segment === "string") throw new Error(`expected TCP, found ${segment}`);
  const { source, destination, flags, payload, missing, sequence } = segment;
  return {
    leg: packet.interfaceId === 0 ? "device" : "cloud",
    atUs: packet.at,
    from: `${source.address}:${source.port}`,
    to: `${destination.address}:${destination.port}`,
    flags: flagLetters.flatMap(([letter, bit]) => ((flags & bit) === 0 ? [] : [letter])).join(""),
    ...{ payload: Buffer.from(payload), missing, sequence, comments: packet.comments },
  };
}
