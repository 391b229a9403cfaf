import type { DeviceId, DeviceUpdate } from "../model/device.js";
import type {
  Conversation,
  Decoded,
  Frame,
  PostingOutcome,
  Protocol,
  RememberedDevice,
  Splitter,
} from "../model/protocol.js";
import type { Reading } from "../model/reading.js";
import type { Direction, SessionId, SessionInfo } from "../model/session.js";
import type { EpochMs } from "../model/time.js";
import type { JsonObject, JsonValue, Values } from "../model/value.js";

/** One frame of a recorded session and what it said. */
export interface DecodedFrame {
  readonly direction: Direction;
  readonly whole: boolean;
  /** Valid until more is pushed. Empty: what the conversation had collected, at the end. */
  readonly bytes: Uint8Array;
  readonly at: EpochMs;
  /** What follows from its postings is merged in. */
  readonly decoded: Pick<
    Decoded,
    "role" | "label" | "seen" | "devices" | "readings" | "events" | "anomalies" | "command"
  >;
}

/** What is known of devices and booked for them over all sessions of one run. */
export class OfflineMemory {
  readonly #devices = new Map<DeviceId, { facts: JsonObject; values: Values }>();
  readonly #books = new Map<string, JsonValue>();

  recall(device: DeviceId): RememberedDevice | undefined {
    return this.#devices.get(device);
  }

  /** Applies the postings and remembers devices and live readings. */
  take(decoded: Decoded, now: EpochMs): Decoded {
    const outcomes = decoded.postings.map((posting) => {
      const outcome = posting.apply(this.#books.get(posting.account), now);
      this.#books.set(posting.account, outcome.books);
      return outcome;
    });
    const merged = outcomes.reduce(withOutcome, decoded);
    for (const update of merged.devices) this.#rememberFacts(update);
    for (const reading of merged.readings) this.#rememberValues(reading);
    return merged;
  }

  #rememberFacts({ description, facts }: DeviceUpdate): void {
    const known = this.#devices.get(description.id);
    this.#devices.set(description.id, { facts: facts ?? known?.facts ?? {}, values: known?.values ?? {} });
  }

  #rememberValues({ device, live, values }: Reading): void {
    if (!live) return;
    const known = this.#devices.get(device);
    this.#devices.set(device, { facts: known?.facts ?? {}, values: { ...known?.values, ...values } });
  }
}

function withOutcome(decoded: Decoded, outcome: PostingOutcome): Decoded {
  return {
    ...decoded,
    devices: [...decoded.devices, ...outcome.devices],
    readings: [...decoded.readings, ...outcome.readings],
    events: [...decoded.events, ...outcome.events],
    anomalies: [...decoded.anomalies, ...outcome.anomalies],
  };
}

interface Lane {
  splitter: Splitter;
  lastByteAt: number;
}

/** Decodes the bytes of one recorded session, as a relay would have, in the time of the recording. */
export class OfflineSession {
  readonly #protocol: Protocol;
  readonly #memory: OfflineMemory;
  readonly #lanes: Readonly<Record<Direction, Lane>>;
  readonly #conversation: Conversation;
  #unsettled = true;

  constructor(protocol: Protocol, memory: OfflineMemory, now: EpochMs) {
    this.#protocol = protocol;
    this.#memory = memory;
    const lane = (direction: Direction): Lane => ({ splitter: protocol.createSplitter(direction), lastByteAt: now });
    this.#lanes = { "device-to-cloud": lane("device-to-cloud"), "cloud-to-device": lane("cloud-to-device") };
    const nowhere = { localAddress: "", localPort: 0, remoteAddress: "", remotePort: 0 };
    const session: SessionInfo = {
      ...{ id: "offline" as SessionId, relay: "decode", protocol: protocol.name, openedAt: now, device: nowhere },
    };
    const recall = (device: DeviceId) => memory.recall(device);
    // What is only read answers nobody, so that the zone is never asked for.
    this.#conversation = protocol.createConversation({
      session,
      recall,
      offsetMinutes: () => 0,
      cloud: "relay",
      control: "off",
    });
  }

  /** The frames that these bytes complete, and before them what fell due since the last ones. */
  push(direction: Direction, bytes: Uint8Array, now: EpochMs): readonly DecodedFrame[] {
    const due = this.#advance(now);
    const lane = this.#lanes[direction];
    lane.lastByteAt = now;
    this.#unsettled = true;
    const frames = lane.splitter.push(bytes).map((frame) => this.#decode(frame, now));
    return due.length === 0 ? frames : [...due, ...frames];
  }

  /** Bytes are missing in this direction: what is pending will not be completed, and what follows may be the middle of a frame. */
  skip(direction: Direction, now: EpochMs): readonly DecodedFrame[] {
    const frames = this.flush(direction, now);
    // The old splitter may still wait for a rest that it knows the length of.
    this.#lanes[direction].splitter = this.#protocol.createSplitter(direction);
    return frames;
  }

  /** What is pending in this direction will not be completed: at FIN. */
  flush(direction: Direction, now: EpochMs): readonly DecodedFrame[] {
    const lane = this.#lanes[direction];
    lane.lastByteAt = now;
    // Copies, as what is pushed next may be put where they lay.
    return lane.splitter.end().map((frame) => this.#decode({ ...frame, bytes: Uint8Array.from(frame.bytes) }, now));
  }

  /** What was left over: halves of frames, and what the conversation had collected. */
  end(now: EpochMs): readonly DecodedFrame[] {
    return [
      ...this.#advance(now),
      ...this.flush("device-to-cloud", now),
      ...this.flush("cloud-to-device", now),
      ...this.#settle(now),
    ];
  }

  /** Half a frame waits only so long, and what the conversation collects only for so much silence. */
  #advance(now: EpochMs): readonly DecodedFrame[] {
    const { "device-to-cloud": up, "cloud-to-device": down } = this.#lanes;
    const dues = [
      { at: staleAt(up), run: (at: EpochMs) => this.flush("device-to-cloud", at) },
      { at: staleAt(down), run: (at: EpochMs) => this.flush("cloud-to-device", at) },
      { at: this.#settleAt(), run: (at: EpochMs) => this.#settle(at) },
    ];
    if (dues.every(({ at }) => at > now)) return [];
    const inOrder = dues.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
    return inOrder.flatMap(({ at, run }) => run(at as EpochMs));
  }

  #settleAt(): number {
    const { quietMs } = this.#conversation;
    const { "device-to-cloud": up, "cloud-to-device": down } = this.#lanes;
    const waits = this.#unsettled && quietMs !== undefined;
    return waits ? Math.max(up.lastByteAt, down.lastByteAt) + quietMs : Number.POSITIVE_INFINITY;
  }

  #settle(now: EpochMs): readonly DecodedFrame[] {
    if (!this.#unsettled) return [];
    this.#unsettled = false;
    const settled = this.#conversation.settle?.(now);
    if (settled === undefined) return [];
    const decoded = this.#memory.take(settled, now);
    return [{ direction: "device-to-cloud", whole: true, bytes: nothing, at: now, decoded }];
  }

  #decode(frame: Frame, now: EpochMs): DecodedFrame {
    const { direction, bytes, whole } = frame;
    const raw = { direction, whole, bytes, at: now };
    if (whole) return { ...raw, decoded: this.#memory.take(this.#conversation.receive(frame, now), now) };
    this.#conversation.receiveUnframed?.(frame, now);
    const anomalies = frame.fault === undefined ? [] : [{ ...frame.fault, direction }];
    return {
      ...raw,
      decoded: { role: "other", label: "not a frame", seen: [], devices: [], readings: [], events: [], anomalies },
    };
  }
}

const nothing = new Uint8Array(0);

function staleAt({ splitter, lastByteAt }: Lane): number {
  const waits = splitter.pendingBytes > 0 && splitter.staleAfterMs > 0;
  return waits ? lastByteAt + splitter.staleAfterMs : Number.POSITIVE_INFINITY;
}
