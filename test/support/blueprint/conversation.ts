import type { CloudCommand } from "../../../src/model/command.js";
import type { DeviceDescription, DeviceId } from "../../../src/model/device.js";
import type {
  Conversation,
  ConversationOptions,
  Decoded,
  Frame,
  Injection,
  Outline,
  Posting,
  Role,
} from "../../../src/model/protocol.js";
import type { Direction } from "../../../src/model/session.js";
import type { EpochMs } from "../../../src/model/time.js";
import type { AnomalyKind } from "./anomalies.js";
import { decodeMessage } from "./decoder.js";
import { encodeAnswer, encodeInterval } from "./encoder.js";
import { entities } from "./entities.js";
import { frameTypes, type Message } from "./messages.js";

/** Follows one session: describes each device once, turns reports into readings and pulses into postings. */
export function createConversation(_options: ConversationOptions): Conversation {
  const described = new Set<DeviceId>();
  let serial: number | undefined;
  return {
    outline: ({ bytes, direction, own }) => outline(decodeMessage(bytes), direction, own === true),
    answer({ bytes }) {
      const message = decodeMessage(bytes);
      const to = message.type === "pulses" ? frameTypes.pulses : frameTypes.report;
      return { frames: [encodeAnswer(message.serial, message.sequence, to)], end: false };
    },
    refuse({ bytes }) {
      const message = decodeMessage(bytes);
      return { toCloud: [encodeAnswer(message.serial, message.sequence, frameTypes.interval)], toDevice: [] };
    },
    get mayAsk() {
      return serial !== undefined;
    },
    encode({ key, value }) {
      if (key !== "interval" || serial === undefined) return `${key} cannot be written`;
      return injectInterval(serial, Number(value));
    },
    receive(frame, now) {
      const message = decodeMessage(frame.bytes);
      const device = `blueprint_${message.serial}` as DeviceId;
      const isNew = frame.direction === "device-to-cloud" && !described.has(device);
      if (isNew) described.add(device);
      if (frame.direction === "device-to-cloud") serial = message.serial;
      return {
        ...plain(message, frame),
        ...meaning(message, device, frame, now),
        seen: frame.direction === "device-to-cloud" ? [device] : [],
        devices: isNew ? [{ description: describe(device, message.serial) }] : [],
      };
    },
  };
}

function plain(message: Message, frame: Frame): Decoded {
  const label = `${message.type} ${message.sequence}, ${frame.bytes.length} bytes`;
  return {
    role: "other",
    label,
    ...{ seen: [], devices: [], readings: [], events: [], anomalies: [], postings: [] },
  };
}

function meaning(message: Message, device: DeviceId, { direction, own }: Frame, now: EpochMs): Partial<Decoded> {
  const anomaly = (kind: AnomalyKind, detail: string) => ({ kind, direction, device, detail });
  switch (message.type) {
    case "report": {
      const { values } = message;
      const anomalies = message.implausible.map((found) => anomaly("implausible_value", found));
      return {
        role: "report",
        readings: [{ device, measuredAt: now, receivedAt: now, live: true, values }],
        anomalies,
      };
    }
    case "pulses":
      return { role: "report", postings: [countPulses(device, message.energyWh)] };
    case "interval":
      return { role: "command", ...(own === true ? {} : outline(message, direction, false)) };
    case "answer":
      return { role: answerRole(direction) };
    case "short":
      return { anomalies: [anomaly("short_payload", "the payload is shorter than its type needs")] };
    case "unknown":
      return {};
  }
}

function outline(message: Message, direction: Direction, own: boolean): Outline {
  const { sequence } = message;
  const command = (one: CloudCommand) => (own || direction === "device-to-cloud" ? {} : { command: one });
  if (message.type === "report" || message.type === "pulses") return { asks: `a${sequence}` };
  if (message.type === "interval") {
    const text = `report every ${message.intervalS} s`;
    return { asks: `i${sequence}`, ...command({ classes: ["setting"], text, keys: ["interval"] }) };
  }
  if (message.type !== "answer") return command({ classes: ["unknown"], keys: [] });
  const token = direction === "device-to-cloud" ? `i${sequence}` : `a${sequence}`;
  return { answers: token, ...command({ classes: ["ack"], keys: [] }) };
}

/** Its sequence is one that the cloud of the tests never uses. */
function injectInterval(serial: number, intervalS: number): Injection {
  const sequence = 200;
  return {
    frame: encodeInterval(serial, sequence, intervalS),
    asks: `i${sequence}`,
    next: () => ({ type: "done", result: { status: "applied", value: intervalS } }),
  };
}

function answerRole(direction: Direction): Role {
  return direction === "device-to-cloud" ? "command-result" : "acknowledgement";
}

function countPulses(device: DeviceId, energyWh: number): Posting {
  return {
    account: device,
    apply(books) {
      const total = (typeof books === "number" ? books : 0) + energyWh;
      return { books: total, devices: [], readings: [], events: [], anomalies: [] };
    },
  };
}

function describe(id: DeviceId, serial: number): DeviceDescription {
  return {
    id,
    protocol: "blueprint",
    name: `Blueprint ${serial}`,
    serialNumber: String(serial),
    entities,
    eventTypes: [],
  };
}
