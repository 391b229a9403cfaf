import type { CapturePart } from "../../model/capture.js";
import type { Frame, Splitter } from "../../model/protocol.js";
import type { EpochUs, RecordedEndpoint } from "../../model/recording.js";
import type { LegOpening, LegParty, LegTraffic } from "../../model/traffic.js";
import type { PayloadSums } from "../../wire/payload-sums.js";
import { type LegEnd, type LegPacket, otherEnd, SyntheticLeg } from "../../wire/synthetic-leg.js";
import type { CapturedLeg, Moment } from "./moment.js";
import type { CapturedProtocol } from "./options.js";

export interface LegRecordPorts {
  readonly opening: LegOpening;
  /** Where the device was heading, where that is not Cloudtap itself. */
  readonly destination: RecordedEndpoint | undefined;
  readonly protocol: CapturedProtocol | undefined;
  readonly parts: ReadonlySet<CapturePart>;
  readonly sums: PayloadSums;
  readonly number: number;
  now(): EpochUs;
  /** False: nobody wants what passes, not even for later. */
  isWanted(): boolean;
  take(moment: Moment): void;
}

/** A leg whose payloads are left out in part needs to know where frames begin. */
interface FrameLane {
  readonly splitter: Splitter;
}

const smallBytes = 4096;
const anyPort = 80;

/** What passes on one leg, as packets. */
export class LegRecord implements LegTraffic, CapturedLeg {
  readonly opening: LegOpening;
  readonly #ports: LegRecordPorts;
  readonly #lanes: Readonly<Record<LegEnd, FrameLane>> | undefined;
  readonly #finished = { client: false, server: false };
  #isReset = false;
  #leg: SyntheticLeg | undefined;
  /** Sequence numbers that were used before anybody wanted packets. */
  readonly #passed = { client: 0, server: 0 };

  constructor(ports: LegRecordPorts) {
    this.opening = ports.opening;
    this.#ports = ports;
    this.#lanes = createLanes(ports);
    if (ports.isWanted()) this.#take(this.leg.open(ports.now()));
    else for (const end of ["client", "server"] as const) this.#skip(end, 1);
  }

  /** Made only when somebody wants packets: most legs are not captured, and there may be many. */
  get leg(): SyntheticLeg {
    if (this.#leg !== undefined) return this.#leg;
    const { sums, number, opening } = this.#ports;
    const { client, server } = endpoints(this.#ports);
    const leg = new SyntheticLeg({ client, server, interface: opening.side === "device" ? 0 : 1, number, sums });
    for (const end of ["client", "server"] as const) leg.skip(end, this.#passed[end]);
    this.#leg = leg;
    return leg;
  }

  get truePort(): number | undefined {
    return endpoints(this.#ports).truePort;
  }

  get isOver(): boolean {
    return this.#isReset || (this.#finished.client && this.#finished.server);
  }

  received(chunk: Uint8Array): void {
    this.#data(this.#peer, chunk);
  }

  sent(chunk: Uint8Array): void {
    this.#data(otherEnd(this.#peer), chunk);
  }

  ended(by: LegParty): void {
    const end = this.#endOf(by);
    if (this.#isReset || this.#finished[end]) return;
    this.#flush(end);
    this.#finished[end] = true;
    if (this.#ports.isWanted()) this.#take(this.leg.finish(end, this.#ports.now()));
    else this.#skip(end, 1);
  }

  reset(by: LegParty): void {
    if (this.isOver) return;
    this.#flush("client");
    this.#flush("server");
    this.#isReset = true;
    if (this.#ports.isWanted()) this.#take([this.leg.reset(this.#endOf(by), this.#ports.now())]);
  }

  /** The end of this leg that is not Cloudtap. */
  get #peer(): LegEnd {
    return this.opening.side === "device" ? "client" : "server";
  }

  #endOf(party: LegParty): LegEnd {
    return party === "peer" ? this.#peer : otherEnd(this.#peer);
  }

  #data(from: LegEnd, chunk: Uint8Array): void {
    if (this.#isReset || this.#finished[from]) return;
    const lane = this.#lanes?.[from];
    if (lane !== undefined) this.#frames(from, lane.splitter.push(chunk));
    else if (!this.#ports.isWanted()) this.#skip(from, chunk.length);
    // A small chunk may lie in a large buffer, which it would keep alive.
    else this.#take(this.leg.data(from, chunk.length < smallBytes ? Uint8Array.from(chunk) : chunk, this.#ports.now()));
  }

  #skip(from: LegEnd, bytes: number): void {
    if (this.#leg === undefined) this.#passed[from] += bytes;
    else this.#leg.skip(from, bytes);
  }

  /** What half a frame holds of a stream that ends here. */
  #flush(end: LegEnd): void {
    const lane = this.#lanes?.[end];
    if (lane !== undefined && !this.#finished[end]) this.#frames(end, lane.splitter.end());
  }

  #frames(from: LegEnd, frames: readonly Frame[]): void {
    const { protocol, parts, now } = this.#ports;
    const wants =
      from === "client"
        ? { head: parts.has("B"), body: parts.has("C") }
        : { head: parts.has("F"), body: parts.has("E") };
    for (const frame of frames) {
      const headBytes = frame.whole ? (protocol?.headBytes?.(frame) ?? 0) : 0;
      // Views of the splitter's own buffer.
      const bytes = Uint8Array.from(frame.bytes);
      if (!this.#ports.isWanted()) this.#skip(from, bytes.length);
      else {
        this.#take(this.leg.data(from, bytes.subarray(0, headBytes), now()), wants.head);
        this.#take(this.leg.data(from, bytes.subarray(headBytes), now()), wants.body);
      }
    }
  }

  #take(packets: readonly LegPacket[], isKept = true): void {
    for (const packet of packets) {
      this.#ports.take({ leg: this, packet, keptBytes: isKept ? packet.payload.length : 0 });
    }
  }
}

function createLanes({ protocol, parts }: LegRecordPorts): Readonly<Record<LegEnd, FrameLane>> | undefined {
  const isWhole = (["B", "C", "E", "F"] as const).every((part) => parts.has(part));
  if (isWhole || protocol === undefined) return undefined;
  return {
    client: { splitter: protocol.createSplitter("device-to-cloud") },
    server: { splitter: protocol.createSplitter("cloud-to-device") },
  };
}

interface Endpoints {
  readonly client: RecordedEndpoint;
  readonly server: RecordedEndpoint;
  readonly truePort: number | undefined;
}

/** What was TLS is shown at a port where Wireshark expects the protocol in the clear. */
function endpoints({ opening, destination, protocol }: LegRecordPorts): Endpoints {
  const { side, security, addresses } = opening;
  const own = { address: addresses.localAddress, port: addresses.localPort };
  const peer = { address: addresses.remoteAddress, port: addresses.remotePort };
  const client = side === "device" ? peer : own;
  const server = side === "device" ? (destination ?? own) : peer;
  const port = security === "tls" ? (protocol?.defaults.dissectorPort ?? anyPort) : server.port;
  return { client, server: { ...server, port }, truePort: port === server.port ? undefined : server.port };
}
