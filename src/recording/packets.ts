import type { RecordedEvent } from "../model/recording.js";
import type { CloudtapError } from "../runtime/errors.js";

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
  /** Link types that are not known, none of whose packets was read. */
  readonly unknownLinkTypes: readonly number[];
}

/** The legs of one file, or of several that continue each other. */
export class PacketLegs {
  constructor(_options: PacketLegsOptions = {}) {}

  /** After the last file: closes what is still open. */
  end(): readonly RecordedEvent[] {
    return [];
  }
}

/** Whether a file that begins so holds packets, pcapng or pcap. Needs four bytes to say yes. */
export function isPacketCapture(_head: Uint8Array): boolean {
  return false;
}

/**
 * One file, as its bytes come. Never throws. Bytes in events are views of the chunks, which nobody may write to again.
 */
export class PacketRecording {
  constructor(_legs: PacketLegs, _name: string) {}

  /** What is broken, code RECORDING_BROKEN, with its place. What stands before it was given out; after it comes nothing. */
  get fault(): CloudtapError | undefined {
    return undefined;
  }

  get counts(): PacketCounts {
    return { packets: 0, segments: 0, fragments: 0, unreadable: 0, unknownLinkTypes: [] };
  }

  push(_chunk: Uint8Array): readonly RecordedEvent[] {
    return [];
  }

  /** No more bytes follow. The legs go on, as the next file may continue them. */
  end(): readonly RecordedEvent[] {
    return [];
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
  for await (const chunk of source) yield* recording.push(chunk);
  yield* recording.end();
  if (legs === undefined) yield* all.end();
  if (recording.fault !== undefined) throw recording.fault;
}
