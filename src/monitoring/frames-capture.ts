import type { EpochUs, LegNote, RecordedEndpoint } from "../model/recording.js";
import { legInterfaces } from "../wire/leg-interfaces.js";
import { encodeLegNote } from "../wire/leg-note.js";
import { encodeInterface, encodeSectionHeader, encodeStatistics } from "../wire/pcapng.js";
import { type LegEnd, type LegPacket, SyntheticLeg } from "../wire/synthetic-leg.js";
import type { KeptFrame } from "./frame-log.js";
import type { SessionFacts } from "./session-list.js";

export interface FramesCaptureOptions {
  /** Program and version. */
  readonly application: string;
  readonly session: SessionFacts;
  /** Of that session, oldest first. */
  readonly frames: readonly KeptFrame[];
  /** Where Wireshark expects the protocol in the clear. */
  readonly dissectorPort: number;
}

const reason = "frames saved from the page";
const secretsWarning =
  "They hold what device and cloud said to each other, secrets too. Anonymize them before you share them.";
/** Of a payload; fewer than a packet carries. */
const pieceBytes = 32 * 1024;
const missingPiece = new Uint8Array(pieceBytes);
const commentLimit = 1_000;

/**
 * The frames that are kept of a session as a pcapng file, as they passed on its device leg. What was cut of a frame counts as left out;
 * bytes that belong to no frame, and frames that were not passed on to the device, are not in it.
 */
export function encodeFramesCapture(options: FramesCaptureOptions): Uint8Array {
  const { application, frames } = options;
  const passed = frames.filter(({ blocked }) => blocked === undefined);
  const writer = new FrameWriter(options);
  const earlier = (frames[0]?.number ?? 1) - 1;
  const remarks = remarksOf(frames, passed, earlier);
  const [deviceLeg] = legInterfaces;
  return Buffer.concat([
    encodeSectionHeader({ application, comments: [`Why: ${reason}`, secretsWarning, ...remarks] }),
    encodeInterface(deviceLeg),
    ...writer.packets(passed, earlier === 0),
    writer.statistics(earlier),
  ]);
}

function remarksOf(frames: readonly KeptFrame[], passed: readonly KeptFrame[], earlier: number): readonly string[] {
  const cut = passed.filter(({ data, bytes }) => data.length < bytes).length;
  const blocked = frames.length - passed.length;
  return [
    "Only whole frames are in it, none of the bytes between them.",
    ...(earlier === 0 ? [] : [`Earlier frames are missing: ${earlier}.`]),
    ...(cut === 0 ? [] : [`Frames that are cut: ${cut}. Their length still shows.`]),
    ...(blocked === 0 ? [] : [`Frames that were not passed on to the device, and are left out: ${blocked}.`]),
  ];
}

class FrameWriter {
  readonly #leg: SyntheticLeg;
  readonly #note: string;
  readonly #from: EpochUs;
  #to: EpochUs;
  #packets = 0;

  constructor(options: FramesCaptureOptions) {
    const { info } = options.session;
    const { client, server, truePort } = endpoints(options);
    this.#leg = new SyntheticLeg({ client, server, interface: 0, number: 1 });
    this.#note = encodeLegNote(noteOf(options, truePort));
    this.#from = microseconds(
      options.frames[0]?.number === 1 ? info.openedAt : (options.frames[0]?.at ?? info.openedAt),
    );
    this.#to = this.#from;
  }

  packets(frames: readonly KeptFrame[], isComplete: boolean): readonly Uint8Array[] {
    const opening = isComplete ? this.#leg.open(this.#from) : [];
    return [...opening.flatMap((packet) => this.#encode(packet)), ...frames.flatMap((frame) => this.#frame(frame))];
  }

  statistics(earlier: number): Uint8Array {
    const [from, to] = [this.#from, this.#to];
    const received = this.#packets + earlier;
    const comments = [`${this.#packets} packets, ${earlier} earlier frames missing`];
    return encodeStatistics({ interface: 0, at: to, from, to, received, dropped: earlier, comments });
  }

  #frame(frame: KeptFrame): readonly Uint8Array[] {
    const { data, bytes, direction } = frame;
    const from: LegEnd = direction === "device-to-cloud" ? "client" : "server";
    // The clock may have been set back meanwhile.
    const at = Math.max(this.#to, microseconds(frame.at)) as EpochUs;
    const blocks: Uint8Array[] = [];
    for (let offset = 0; offset < bytes; offset += pieceBytes) {
      const length = Math.min(pieceBytes, bytes - offset);
      const kept = data.subarray(offset, offset + length);
      const packets = this.#leg.data(from, padded(kept, length), at);
      if (offset === 0) packets[0]?.comments.push(describe(frame));
      for (const packet of packets) blocks.push(...this.#encode(packet, kept.length));
    }
    return blocks;
  }

  #encode(packet: LegPacket, keptBytes = packet.payload.length): readonly Uint8Array[] {
    if (this.#packets === 0) packet.comments.unshift(this.#note);
    this.#packets += 1;
    this.#to = packet.at;
    return this.#leg.encode(packet, Math.min(keptBytes, packet.payload.length));
  }
}

function padded(kept: Uint8Array, length: number): Uint8Array {
  if (kept.length === length) return kept;
  const piece = kept.length === 0 ? missingPiece.subarray(0, length) : new Uint8Array(length);
  piece.set(kept);
  return piece;
}

/** Text of a device must not look like a line of Cloudtap's own. */
function describe({ role, label, own }: KeptFrame): string {
  const speaker = own === true ? " (said by Cloudtap)" : "";
  return `${role}: ${label}${speaker}`.slice(0, commentLimit).replaceAll(/\p{Cc}/gu, " ");
}

function noteOf({ session: { info, devices, security } }: FramesCaptureOptions, port: number | undefined): LegNote {
  const [device] = devices;
  return {
    ...{ session: info.id, leg: "device", relay: info.relay, protocol: info.protocol },
    ...{ security: security ?? "plain", reason },
    ...(port === undefined ? {} : { port }),
    ...(device === undefined ? {} : { device }),
  };
}

interface Endpoints {
  readonly client: RecordedEndpoint;
  readonly server: RecordedEndpoint;
  readonly truePort: number | undefined;
}

/** What was TLS is shown at a port where Wireshark expects the protocol in the clear. */
function endpoints({ session: { info, security }, dissectorPort }: FramesCaptureOptions): Endpoints {
  const { localAddress, localPort, remoteAddress, remotePort } = info.device;
  const server = info.destination ?? { address: localAddress, port: localPort };
  const port = security === "tls" ? dissectorPort : server.port;
  const truePort = port === server.port ? undefined : server.port;
  return { client: { address: remoteAddress, port: remotePort }, server: { ...server, port }, truePort };
}

function microseconds(at: number): EpochUs {
  return (at * 1_000) as EpochUs;
}
