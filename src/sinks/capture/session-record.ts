import type { DeviceId } from "../../model/device.js";
import type { CloseReason, Direction, SessionCounters, SessionInfo } from "../../model/session.js";
import type { LegOpening, LegTraffic, SessionTraffic } from "../../model/traffic.js";
import type { LegPacket } from "../../wire/synthetic-leg.js";
import type { LegRecord } from "./leg-record.js";
import type { CapturedLeg, CapturedSession, Moment } from "./moment.js";
import type { Take } from "./take.js";

export interface SessionRecordPorts {
  readonly wantsSecrets: boolean;
  /** Beside the last packet of a session stands how it ended. */
  readonly notesEnd: boolean;
  createLeg(session: SessionRecord, opening: LegOpening): LegRecord;
  /** In the order in which they are to be written. */
  moment(session: SessionRecord, moment: Moment): void;
  secret(session: SessionRecord, line: Uint8Array): void;
  closed(session: SessionRecord): void;
}

/** Devices of one session that are remembered; an Envoy has some hundred behind it. */
const deviceLimit = 1_000;
const heldLimitBytes = 128 * 1024;
/** With a full payload still far below the smallest file. */
const commentLimits = { count: 200, characters: 16_000 };
const furtherComments = "more frames ended in this packet; what they were is left out";

/** One session: its legs, its devices, and who captures it. */
export class SessionRecord implements SessionTraffic, CapturedSession {
  readonly info: SessionInfo;
  readonly devices = new Set<DeviceId>();
  readonly takes = new Set<Take>();
  readonly secrets: Uint8Array[] = [];
  readonly #ports: SessionRecordPorts;
  readonly #open = new Set<CapturedLeg>();
  /** The newest packet with a payload that came in from the device, and from the cloud. */
  readonly #newest: Partial<Record<Direction, LegPacket>> = {};
  /** For what Cloudtap is about to say. */
  #announced: string[] = [];
  /** The beginning, until it has been read; later the goodbye of the last leg, until it is known why. */
  #held: Moment[] = [];
  #heldBytes = 0;
  #isUnread = true;
  #isClosed = false;

  constructor(info: SessionInfo, ports: SessionRecordPorts) {
    this.info = info;
    this.#ports = ports;
  }

  get wantsSecrets(): boolean {
    return this.#ports.wantsSecrets;
  }

  addDevice(device: DeviceId): void {
    if (this.devices.size < deviceLimit) this.devices.add(device);
  }

  /** What comes before the cloud is reached is read only then. */
  legOpened(opening: LegOpening): LegTraffic {
    if (opening.side === "cloud") this.read();
    this.#forgetEnded();
    const leg = this.#ports.createLeg(this, opening);
    this.#open.add(leg);
    return leg;
  }

  secret(line: Uint8Array): void {
    const kept = Uint8Array.from(line);
    this.secrets.push(kept);
    this.#ports.secret(this, kept);
  }

  /** Of one of its legs. */
  take(moment: Moment): void {
    const { leg, packet } = moment;
    this.#note(leg, packet);
    if (leg.isOver) this.#forgetEnded();
    const isGoodbye = leg.isOver && this.#open.size === 0 && !this.#isClosed;
    if (!isGoodbye && !this.#isUnread) this.#release();
    if (!isGoodbye && !this.#isUnread) this.#ports.moment(this, moment);
    else this.#hold(moment);
  }

  /** Its first frame has been read, or will not be. */
  read(): void {
    if (this.#isUnread) this.letGo();
  }

  /** Holds nothing back: who captures it will not wait. */
  letGo(): void {
    this.#isUnread = false;
    this.#release();
  }

  /** Beside the packet that brought a frame; of Cloudtap's own, beside the one that is sent next. */
  comment(direction: Direction, isOwn: boolean, text: string): void {
    const comments = isOwn ? this.#announced : this.#newest[direction]?.comments;
    if (comments !== undefined) addComment(comments, text);
  }

  closed(reason: CloseReason, counters: SessionCounters): void {
    this.#isClosed = true;
    this.#isUnread = false;
    const last = this.#held.at(-1)?.packet ?? this.#newest["cloud-to-device"] ?? this.#newest["device-to-cloud"];
    if (this.#ports.notesEnd) last?.comments.push(describeEnd(reason, counters));
    this.#release();
    this.#ports.closed(this);
  }

  #note({ opening }: CapturedLeg, packet: LegPacket): void {
    if (packet.payload.length === 0) return;
    const isDevice = opening.side === "device";
    if (isDevice && packet.from === "client") this.#newest["device-to-cloud"] = packet;
    else if (!isDevice && packet.from === "server") this.#newest["cloud-to-device"] = packet;
    else if (isDevice && this.#announced.length > 0) {
      packet.comments.push(...this.#announced);
      this.#announced = [];
    }
  }

  /** Some ended while nobody wanted to see it. */
  #forgetEnded(): void {
    for (const leg of this.#open) if (leg.isOver) this.#open.delete(leg);
  }

  #hold(moment: Moment): void {
    this.#held.push(moment);
    this.#heldBytes += moment.packet.payload.length;
    if (this.#heldBytes > heldLimitBytes) this.read();
  }

  #release(): void {
    if (this.#held.length === 0) return;
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    for (const moment of held) this.#ports.moment(this, moment);
  }
}

function addComment(comments: string[], text: string): void {
  const characters = comments.reduce((sum, { length }) => sum + length, text.length);
  if (comments.length < commentLimits.count && characters <= commentLimits.characters) comments.push(text);
  else if (comments.at(-1) !== furtherComments) comments.push(furtherComments);
}

function describeEnd({ by, how, detail }: CloseReason, counters: SessionCounters): string {
  const { bytesFromDevice, bytesFromCloud, durationMs } = counters;
  const seconds = (durationMs / 1000).toFixed(3);
  return `session closed by ${by}, ${how}: ${detail}; ${bytesFromDevice} bytes from the device, ${bytesFromCloud} from the cloud, ${seconds} s`;
}
