import type { Protocol } from "../model/protocol.js";
import type { EpochUs, RecordingItem, RecordingReader } from "../model/recording.js";
import type { EpochMs } from "../model/time.js";
import { BodyExchange, BodyRecording } from "./body-recording.js";
import { HexRecording } from "./hex-recording.js";
import { type PacketCounts, PacketLegs, PacketRecording } from "./packets.js";
import { type RecordingFormat, recordingFormat, type Unreadable } from "./recording-format.js";
import { serverPortsOf } from "./server-ports.js";
import { SessionLogRecording } from "./session-log-recording.js";

export interface RecordingsOptions {
  readonly protocols: readonly Protocol[];
  /** The time that what has none was recorded at. */
  now(): EpochMs;
}

/**
 * Files of any kind as one recording: in the order in which they are opened, each only after the end of the one before. What one
 * leaves open, the next may continue.
 */
export class Recordings {
  readonly #options: RecordingsOptions;
  readonly #legs: PacketLegs;
  readonly #exchange: BodyExchange;
  #ids = 0;

  constructor(options: RecordingsOptions) {
    this.#options = options;
    this.#legs = new PacketLegs({ serverPorts: serverPortsOf(options.protocols) });
    this.#exchange = new BodyExchange(options.protocols);
  }

  /** Reads the next file; `name` is for what is broken, and tells what belongs together. */
  open(name: string): FileRecording {
    return new FileRecording(name, (format) => this.#reader(name, format));
  }

  /** After the last file. */
  end(): readonly RecordingItem[] {
    return [...this.#legs.end(), ...this.#exchange.close()];
  }

  #reader(name: string, format: RecordingFormat): RecordingReader {
    const now = (): EpochUs => (this.#options.now() * 1000) as EpochUs;
    const nextId = (): string => {
      this.#ids += 1;
      return `${format}:${this.#ids}`;
    };
    switch (format) {
      case "packets":
        return new PacketReader(new PacketRecording(this.#legs, name), name);
      case "session-log":
        return new SessionLogRecording({ name, nextId });
      case "hex-lines":
        return new HexRecording({ name, id: nextId(), now });
      case "body":
        return new BodyRecording({ name, id: nextId(), now }, this.#exchange);
    }
  }
}

/** One file, which tells by its first bytes what it is. */
export class FileRecording implements RecordingReader {
  readonly #name: string;
  readonly #choose: (format: RecordingFormat) => RecordingReader;
  #format: RecordingFormat | Unreadable | undefined;
  #reader: RecordingReader | undefined;
  #head: Uint8Array = new Uint8Array(0);

  constructor(name: string, choose: (format: RecordingFormat) => RecordingReader) {
    this.#name = name;
    this.#choose = choose;
  }

  /** Undefined: not known yet, or not at all. */
  get format(): RecordingFormat | undefined {
    return this.#format === "unknown" || this.#format === "readings" ? undefined : this.#format;
  }

  push(chunk: Uint8Array): readonly RecordingItem[] {
    if (this.#format !== undefined) return this.#reader?.push(chunk) ?? [];
    this.#head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    return this.#decide(false);
  }

  end(): readonly RecordingItem[] {
    const items = this.#format === undefined ? this.#decide(true) : [];
    return [...items, ...(this.#reader?.end() ?? [])];
  }

  #decide(isWhole: boolean): readonly RecordingItem[] {
    const format = recordingFormat(this.#head, isWhole);
    if (format === "need-more") return [];
    this.#format = format;
    const head = this.#head;
    this.#head = new Uint8Array(0);
    if (format === "unknown") return [{ type: "broken", message: unknownFormat(this.#name, head) }];
    if (format === "readings") return [{ type: "broken", message: `${this.#name}: ${decodedAlready}` }];
    this.#reader = this.#choose(format);
    return head.length === 0 ? [] : this.#reader.push(head);
  }
}

class PacketReader implements RecordingReader {
  readonly #recording: PacketRecording;
  readonly #name: string;
  #isBroken = false;

  constructor(recording: PacketRecording, name: string) {
    this.#recording = recording;
    this.#name = name;
  }

  push(chunk: Uint8Array): readonly RecordingItem[] {
    return this.#withFault(this.#recording.push(chunk));
  }

  end(): readonly RecordingItem[] {
    const items = this.#withFault(this.#recording.end());
    const notices = unreadPackets(this.#recording.counts);
    if (notices.length === 0) return items;
    return [...items, { type: "notice", message: `${this.#name}: ${notices.join("; ")}` }];
  }

  #withFault(items: readonly RecordingItem[]): readonly RecordingItem[] {
    const { fault } = this.#recording;
    if (fault === undefined || this.#isBroken) return items;
    this.#isBroken = true;
    return [...items, { type: "broken", message: fault.message }];
  }
}

function unreadPackets(counts: PacketCounts): readonly string[] {
  const { fragments, unreadable, unknownLinkTypes } = counts;
  return [
    ...(fragments === 0 ? [] : [`${fragments} IP fragments were passed over`]),
    ...(unreadable === 0 ? [] : [`${unreadable} packets are cut or broken before their TCP data`]),
    ...(unknownLinkTypes.length === 0 ? [] : [`packets of link type ${unknownLinkTypes.join(", ")} cannot be read`]),
  ];
}

const decodedAlready = "expected recorded traffic, found readings of a spool, which are decoded already";

function unknownFormat(name: string, head: Uint8Array): string {
  const found = Buffer.from(head.subarray(0, 4)).toString("hex");
  return `${name}: expected pcapng, pcap, lines of hex digits, a raw log in JSON, or an HTTP message or report, found bytes that begin with ${found}`;
}
