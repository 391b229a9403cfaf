import type { Anomaly } from "../../../src/model/anomaly.js";
import type { ControlLevel, Conversation, Decoded, Outline, RememberedDevice } from "../../../src/model/protocol.js";
import type { Direction, SessionId, SessionInfo } from "../../../src/model/session.js";
import type { EpochMs } from "../../../src/model/time.js";
import type { JsonObject, Values } from "../../../src/model/value.js";
import { createSolarmanConversation } from "../../../src/protocols/solarman/conversation.js";
import { type Address, encodeMicroinverterRecord, type RecordHead } from "../../../src/protocols/solarman/encoder.js";
import { createSolarmanSplitter } from "../../../src/protocols/solarman/splitter.js";
import type { FieldValues } from "../../../src/wire/field-table.js";
import { conversationOptions } from "../../support/conversation-options.js";

export const start = Date.UTC(2026, 5, 21, 10) as EpochMs;
export const startS = start / 1000;
export const serial = 3_939_932_716;
export const deviceId = `solarman_${serial}`;
export const address: Address = { serverSequence: 1, deviceSequence: 2, loggerSerial: serial };

const session: SessionInfo = {
  id: "s1" as SessionId,
  relay: "roof",
  protocol: "solarman",
  openedAt: start,
  device: { localAddress: "127.0.0.1", localPort: 10_000, remoteAddress: "127.0.0.1", remotePort: 40_000 },
};

export function bytes(hex: string): Uint8Array {
  return Buffer.from(hex.replaceAll(" ", ""), "hex");
}

export function hex(content: Uint8Array): string {
  return Buffer.from(content).toString("hex");
}

/** Head of a live record that knows the time. */
export const liveHead: RecordHead = {
  stored: false,
  sensorType: 0x5408,
  recordCounter: 1_422,
  totalS: 6_755_845,
  powerOnS: 873,
  offsetS: startS - 6_755_845,
};

/** Values of a micro-inverter with two inputs at noon. */
export const noon: FieldValues = {
  ...{ inverter_serial: "2305107146", inverter_state: 4, rated_power: 800, mppt_count: 2, phase_count: 1 },
  ...{ energy_today: 2.1, energy_total: 177.5, grid_voltage: 232, grid_current: 2.2, grid_frequency: 50.1 },
  ...{ power: 500, temperature: 41.5, pv1_voltage: 33.3, pv1_current: 7.8, pv2_voltage: 32.5, pv2_current: 8.1 },
  ...{ pv1_energy_today: 1, pv2_energy_today: 1.1, pv1_energy_total: 80.7, pv2_energy_total: 88.1 },
  ...{ temperature_2: -10, temperature_3: -10, temperature_4: -10, temperature_5: -10, hardware_version: 258 },
  ...{ protocol_version: "V0.2.0.1", firmware_control: "V0.1.1.7", firmware_communication: "V1.2.1.8" },
  ...{ overfrequency_start: 50.2, overfrequency_load_reduction: 44, self_check_time: 60, device_type: 4 },
  ...{ grid_voltage_upper_limit: 275, grid_voltage_lower_limit: 183, active_power_limit: 73, on_off: 1 },
  ...{ grid_frequency_upper_limit: 51.5, grid_frequency_lower_limit: 47.5, inverter_clock: "2026-06-21T11:55:00" },
};

export function record(head: Partial<RecordHead> = {}, values: FieldValues = {}): Uint8Array {
  return encodeMicroinverterRecord(address, { ...liveHead, ...head }, { ...noon, ...values });
}

/** One session through splitters and conversation, as a relay would run it. Facts last over `reconnect`. */
export class Dialogue {
  readonly decoded: Decoded[] = [];
  now: number = start;
  /** In force where the device stands. */
  offsetMinutes = 120;
  readonly #control: ControlLevel;
  #remembered: RememberedDevice | undefined;
  #conversation: Conversation;
  #splitters = newSplitters();

  constructor(facts?: JsonObject, control: ControlLevel = "off") {
    this.#control = control;
    this.#remembered = facts === undefined ? undefined : { facts, values: {} };
    this.#conversation = this.#converse();
  }

  /** For what only a gate asks. */
  get conversation(): Conversation {
    return this.#conversation;
  }

  get facts(): JsonObject {
    return this.#remembered?.facts ?? {};
  }

  get anomalies(): readonly Anomaly[] {
    return this.decoded.flatMap((one) => one.anomalies);
  }

  reconnect(): void {
    this.#conversation = this.#converse();
    this.#splitters = newSplitters();
  }

  device(...chunks: readonly Uint8Array[]): Decoded {
    return this.#push("device-to-cloud", chunks);
  }

  cloud(...chunks: readonly Uint8Array[]): Decoded {
    return this.#push("cloud-to-device", chunks);
  }

  /** What Cloudtap itself tells the device. */
  own(bytes: Uint8Array): Decoded {
    return this.#conversation.receive(
      { direction: "cloud-to-device", bytes, whole: true, own: true },
      this.now as EpochMs,
    );
  }

  outline(direction: Direction, bytes: Uint8Array, own = false): Outline {
    return this.#conversation.outline?.({ direction, bytes, whole: true, ...(own ? { own } : {}) }) ?? {};
  }

  /** The bytes as they go on. */
  forward(direction: Direction, bytes: Uint8Array): Uint8Array {
    return this.#conversation.forward?.({ direction, bytes, whole: true }) ?? bytes;
  }

  /** What the device gets in the cloud's place. */
  answer(bytes: Uint8Array, stored = true): readonly Uint8Array[] {
    const frame = { direction: "device-to-cloud", bytes, whole: true } as const;
    return this.#conversation.answer?.(frame, this.now as EpochMs, stored).frames ?? [];
  }

  /** What the cloud gets for a command that is not let through. */
  refuse(bytes: Uint8Array): readonly Uint8Array[] {
    const frame = { direction: "cloud-to-device", bytes, whole: true } as const;
    return this.#conversation.refuse?.(frame, this.now as EpochMs).toCloud ?? [];
  }

  /** Values of the only reading of a frame from the device. */
  values(frame: Uint8Array): Values {
    return this.device(frame).readings[0]?.values ?? {};
  }

  /** Facts pass through JSON, as they do on their way to a disk. */
  #push(direction: Direction, chunks: readonly Uint8Array[]): Decoded {
    const frames = chunks.flatMap((chunk) => this.#splitters[direction].push(chunk));
    const decoded = frames.map((frame) => this.#conversation.receive(frame, this.now as EpochMs));
    this.decoded.push(...decoded);
    for (const { facts } of decoded.flatMap((one) => one.devices)) {
      const kept: JsonObject = JSON.parse(JSON.stringify(facts ?? {}));
      this.#remembered = { facts: kept, values: {} };
    }
    const last = decoded.at(-1);
    if (last === undefined) throw new Error("expected a whole frame");
    return last;
  }

  #converse(): Conversation {
    const options = { session, recall: () => this.#remembered, control: this.#control };
    return createSolarmanConversation(conversationOptions({ ...options, offsetMinutes: () => this.offsetMinutes }));
  }
}

function newSplitters() {
  return {
    "device-to-cloud": createSolarmanSplitter("device-to-cloud"),
    "cloud-to-device": createSolarmanSplitter("cloud-to-device"),
  };
}
