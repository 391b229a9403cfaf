import type { DeviceId, DeviceUpdate } from "../model/device.js";
import type { Decoded, Frame, PostingOutcome, Protocol, RememberedDevice, Splitter } from "../model/protocol.js";
import type { Reading } from "../model/reading.js";
import type { Direction, SessionId, SessionInfo } from "../model/session.js";
import type { EpochMs } from "../model/time.js";
import type { JsonObject, JsonValue, Values } from "../model/value.js";

/** One frame of a recorded session and what it said. */
export interface DecodedFrame {
  readonly direction: Direction;
  readonly whole: boolean;
  readonly hex: string;
  readonly bytes: number;
  /** What follows from its postings is merged in. */
  readonly decoded: Pick<Decoded, "role" | "label" | "devices" | "readings" | "events" | "anomalies" | "command">;
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

/** Decodes the bytes of one recorded session, as a relay would have. */
export class OfflineSession {
  readonly #memory: OfflineMemory;
  readonly #splitters: Readonly<Record<Direction, Splitter>>;
  readonly #conversation;

  constructor(protocol: Protocol, memory: OfflineMemory, now: EpochMs) {
    this.#memory = memory;
    this.#splitters = {
      "device-to-cloud": protocol.createSplitter("device-to-cloud"),
      "cloud-to-device": protocol.createSplitter("cloud-to-device"),
    };
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

  /** The frames that these bytes complete. */
  push(direction: Direction, bytes: Uint8Array, now: EpochMs): readonly DecodedFrame[] {
    return this.#splitters[direction].push(bytes).map((frame) => this.#decode(frame, now));
  }

  /** What was left over: halves of frames, and what the conversation had collected. */
  end(now: EpochMs): readonly DecodedFrame[] {
    const rest = [...this.#splitters["device-to-cloud"].end(), ...this.#splitters["cloud-to-device"].end()];
    const frames = rest.map((frame) => this.#decode(frame, now));
    const settled = this.#conversation.settle?.(now);
    if (settled === undefined) return frames;
    const decoded = this.#memory.take(settled, now);
    return [...frames, { direction: "device-to-cloud", whole: true, hex: "", bytes: 0, decoded }];
  }

  #decode(frame: Frame, now: EpochMs): DecodedFrame {
    const { direction, bytes, whole } = frame;
    const raw = { direction, whole, hex: Buffer.from(bytes).toString("hex"), bytes: bytes.length };
    if (whole) return { ...raw, decoded: this.#memory.take(this.#conversation.receive(frame, now), now) };
    this.#conversation.receiveUnframed?.(frame, now);
    const anomalies = frame.fault === undefined ? [] : [{ ...frame.fault, direction }];
    return {
      ...raw,
      decoded: { role: "other", label: "not a frame", devices: [], readings: [], events: [], anomalies },
    };
  }
}
