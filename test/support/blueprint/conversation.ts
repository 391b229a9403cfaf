import type { DeviceDescription, DeviceId } from "../../../src/model/device.js";
import type { Conversation, ConversationOptions, Decoded, Frame, Posting, Role } from "../../../src/model/protocol.js";
import type { Direction } from "../../../src/model/session.js";
import type { EpochMs } from "../../../src/model/time.js";
import type { AnomalyKind } from "./anomalies.js";
import { decodeMessage } from "./decoder.js";
import { entities } from "./entities.js";
import type { Message } from "./messages.js";

/** Follows one session: describes each device once, turns reports into readings and pulses into postings. */
export function createConversation(_options: ConversationOptions): Conversation {
  const described = new Set<DeviceId>();
  return {
    receive(frame, now) {
      const message = decodeMessage(frame.bytes);
      const device = `blueprint_${message.serial}` as DeviceId;
      const isNew = frame.direction === "device-to-cloud" && !described.has(device);
      if (isNew) described.add(device);
      return {
        ...plain(message, frame),
        ...meaning(message, device, frame.direction, now),
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

function meaning(message: Message, device: DeviceId, direction: Direction, now: EpochMs): Partial<Decoded> {
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
      return {
        role: "command",
        command: { classes: ["setting"], text: `report every ${message.intervalS} s`, keys: [] },
      };
    case "answer":
      return { role: answerRole(direction) };
    case "short":
      return { anomalies: [anomaly("short_payload", "the payload is shorter than its type needs")] };
    case "unknown":
      return {};
  }
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
